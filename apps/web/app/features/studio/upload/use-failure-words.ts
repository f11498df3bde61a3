import type { UploadLimits } from '@madang/media/contract';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { useDurations } from '../layout/use-durations.ts';

type Refusal = 'empty' | 'not_media' | 'too_large' | 'no_room' | 'too_long' | 'too_wide';

/** Why something went wrong, in words: the page's own for what it refused itself, the server's for the rest. */
export function useFailureWords(limits: UploadLimits | null): (failure: { code: string; message: string } | null | undefined) => string {
  const { t } = useTranslation('studioPages');
  const { t: ui } = useTranslation();
  const format = useFormat();
  const { spell } = useDurations();
  return (failure) => {
    if (failure?.code.startsWith('studio.'))
      return t(`refusal.${failure.code.slice('studio.'.length) as Refusal}`, {
        size: format.bytes(limits?.maxBytes ?? 0),
        length: spell(limits?.maxSeconds ?? 0),
        side: limits?.maxSide ?? 0,
        left: format.bytes(Math.max(0, (limits?.limitBytes ?? 0) - (limits?.usedBytes ?? 0))),
      });
    return failure?.message || ui('error.safe');
  };
}
