import { useFormat } from '../i18n/format.ts';
import { useHydrated } from './time.tsx';

/** How long ago, as of now; the moment itself on pointing at it. Empty in the server's page: only the browser's clock is the reader's. */
export function Ago({ at }: { at: string }) {
  const format = useFormat();
  if (!useHydrated()) return <time dateTime={at}>{'\u00a0'}</time>;
  const then = new Date(at);
  return (
    <time dateTime={at} title={format.dateTime(then)}>
      {format.relative(then, new Date())}
    </time>
  );
}
