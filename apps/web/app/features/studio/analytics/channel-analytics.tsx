import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { AnalyticsGhosts } from './analytics-ghosts.tsx';
import AnalyticsView from './analytics-view.tsx';

/** All videos together; before the first there is no channel. */
export default function ChannelAnalytics() {
  const { t } = useTranslation('studioPages');
  const mine = useEndpoint('GET /api/v1/channels/mine');
  if (mine.isPending) return <AnalyticsGhosts />;
  if (mine.isError && mine.error.status === 404)
    return (
      <EmptyState
        title={t('analytics.no_channel')}
        text={t('analytics.no_channel_text')}
        action={
          <ButtonLink kind="primary" to="/studio">
            {t('videos.upload')}
          </ButtonLink>
        }
      />
    );
  if (mine.isError) return <ErrorState title={t('analytics.failed')} problem={mine.error} onRetry={() => void mine.refetch()} />;
  return <AnalyticsView of={{ kind: 'channel', channelId: mine.data.id }} />;
}
