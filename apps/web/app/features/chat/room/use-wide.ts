import { useSyncExternalStore } from 'react';

const WIDE = '(min-width: 1101px)';
const watch = (notify: () => void) => {
  const query = matchMedia(WIDE);
  query.addEventListener('change', notify);
  return () => query.removeEventListener('change', notify);
};
/** Whether there is room for a panel beside the talk; the server thinks there is. */
export const useWide = (): boolean =>
  useSyncExternalStore(
    watch,
    () => matchMedia(WIDE).matches,
    () => true,
  );
