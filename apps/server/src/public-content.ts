import { roomCreated, roomDeleted } from '@madang/chat';
import { type AnyEventHandler, type EventDefinition, type MadangModule, onEvent, type ZoneId } from '@madang/kernel';
import { zoneChanged } from '@madang/zones';

/** Tells whoever keeps public renders that what they show has changed, on every node. */
export class PublicContent {
  readonly #listeners = new Set<(zoneId: ZoneId) => void>();

  onChange(listener: (zoneId: ZoneId) => void): void {
    this.#listeners.add(listener);
  }

  readonly module: MadangModule = {
    name: 'pages',
    handlers: [this.#hears(zoneChanged), this.#hears(roomCreated), this.#hears(roomDeleted)],
  };

  #hears(event: EventDefinition<never> | EventDefinition<unknown>): AnyEventHandler {
    return onEvent({
      event: event as EventDefinition<unknown>,
      delivery: 'every-node',
      name: `pages.drop-on-${event.name.replaceAll('.', '-')}`,
      handle: ({ zoneId }) => {
        for (const listener of this.#listeners) listener(zoneId);
      },
    });
  }
}
