import { useTranslation } from '../i18n/use-translation.ts';
import { deviceOf } from './user-agent.ts';

/** `Windows의 Chrome`: a `User-Agent` as its owner would say it. */
export function DeviceName({ userAgent }: { userAgent: string | null }) {
  const { t } = useTranslation();
  const { browser, system } = deviceOf(userAgent);
  return (
    <span title={userAgent ?? undefined}>
      {browser !== null && system !== null ? t('device.on', { browser, system }) : (browser ?? system ?? t('device.unknown'))}
    </span>
  );
}
