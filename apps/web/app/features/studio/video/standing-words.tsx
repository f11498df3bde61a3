import type { VideoCard } from '@madang/video/contract';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Icon } from '../../../ui/icon.tsx';
import { useHydrated } from '../../../ui/time.tsx';

/** Scheduled and not yet out. */
export const isScheduled = ({ publishAt, publishedAt }: Pick<VideoCard, 'publishAt' | 'publishedAt'>): boolean =>
  publishAt !== null && publishedAt === null;

const ICONS = { public: 'globe', unlisted: 'share', members: 'users', private: 'lock' } as const;

/** Who sees it, or from when on. */
export function StandingWords({ video }: { video: Pick<VideoCard, 'visibility' | 'publishAt' | 'publishedAt'> }) {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const hydrated = useHydrated();
  const scheduled = isScheduled(video);
  return (
    <span className="pill">
      <Icon name={scheduled ? 'clock' : ICONS[video.visibility]} size="s" />
      {scheduled && video.publishAt !== null
        ? t('audience.scheduled', { date: hydrated ? format.dateTime(new Date(video.publishAt)) : '' })
        : t(`visibility.${video.visibility}`)}
    </span>
  );
}
