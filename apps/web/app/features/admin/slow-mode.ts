import { useTranslation } from '../../i18n/use-translation.ts';

/** Offered pauses between two messages of one person, seconds. */
export const SLOW_MODES = [0, 5, 10, 30, 60, 300, 900, 3_600] as const;

/** `30초`, `5 minutes`, `Off`. */
export function useSlowModeWords(): (seconds: number) => string {
  const { t } = useTranslation('administration');
  return (seconds) => {
    if (seconds === 0) return t('rooms.slow_off');
    if (seconds % 3_600 === 0) return t('duration.hours', { count: seconds / 3_600 });
    return seconds % 60 === 0 ? t('duration.minutes', { count: seconds / 60 }) : t('duration.seconds', { count: seconds });
  };
}
