import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Ago } from '../../../ui/ago.tsx';
import { Badge } from '../../../ui/badge.tsx';
import { Icon } from '../../../ui/icon.tsx';
import type { IconName } from '../../../ui/icon-names.ts';
import type { VideoCardData } from './poster.tsx';

export function Views({ value }: { value: number }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  return <span className="num">{t('views', { count: value, n: format.compact(value) })}</span>;
}

/** Views and how long ago; what is not out yet says so instead. */
export function VideoFacts({ video }: { video: VideoCardData }) {
  const { t } = useTranslation('watch');
  if (video.publishedAt === null) return <span>{video.publishAt === null ? t('unpublished') : t('scheduled')}</span>;
  return (
    <>
      <Views value={video.views} />
      {' · '}
      <Ago at={video.publishedAt} />
    </>
  );
}

const SIGNS = { unlisted: 'globe', members: 'users', private: 'lock' } as const satisfies Record<string, IconName>;

/** Why not everyone sees it, and that it is still being made. */
export function VideoBadges({ video }: { video: VideoCardData }) {
  const { t } = useTranslation('watch');
  const making = video.status === 'uploading' || video.status === 'queued' || video.status === 'processing';
  return (
    <>
      {making && <Badge kind="warn">{t('making')}</Badge>}
      {video.status === 'failed' && <Badge kind="bad">{t('failed')}</Badge>}
      {video.visibility !== 'public' && (
        <Badge kind="line">
          <Icon name={SIGNS[video.visibility]} size="s" />
          {t(`visibility.${video.visibility}`)}
        </Badge>
      )}
    </>
  );
}
