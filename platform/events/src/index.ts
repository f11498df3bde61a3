export { createEvents, type Events } from './create-events.ts';
export type { DispatcherTimes } from './dispatcher.ts';
export { EVENT_CITY_STATEMENTS, type ParkedEvent } from './outbox-statements.ts';
