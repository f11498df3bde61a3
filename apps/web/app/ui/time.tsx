import { useSyncExternalStore } from 'react';
import { useFormat } from '../i18n/format.ts';

const never = () => () => undefined;

/** False on the server and in the render that takes over from it, true afterwards. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}

/** A moment in the reader's own time zone, which only the browser knows: the server sends the element and leaves its words open. */
export function Time({ at, as = 'time' }: { at: string; as?: 'time' | 'date' | 'dateTime' }) {
  const hydrated = useHydrated();
  const format = useFormat();
  return <time dateTime={at}>{hydrated ? format[as](new Date(at)) : '\u00a0'}</time>;
}
