import { lazy, Suspense } from 'react';
import { Link, type MetaDescriptor } from 'react-router';
import { load } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { analyticsPath, editPath } from '../layout/places.ts';
import styles from '../layout/studio.module.css';
import { StudioHead } from '../layout/studio-head.tsx';
import { studioMeta } from '../layout/studio-meta.ts';
import type { Route } from './+types/video-analytics-page';
import { AnalyticsGhosts } from './analytics-ghosts.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./analytics-view.tsx');
const AnalyticsView = lazy(() => loading);

export async function loader({ context, params }: Route.LoaderArgs) {
  return { video: await load(context, 'GET /api/v1/videos/:videoId', { params }) };
}

export function meta({ matches, loaderData, params }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return studioMeta(matches, 'analytics', analyticsPath(params.videoId), loaderData?.video.title);
}

export default function VideoAnalyticsPage({ loaderData: { video } }: Route.ComponentProps) {
  const { t } = useTranslation('studioPages');
  return (
    <>
      <StudioHead
        title={video.title}
        above={
          <Link to="/studio/videos" prefetch="intent" className={styles.above}>
            <Icon name="chevron-left" size="s" />
            {t('studio:section.videos')}
          </Link>
        }
      >
        <ButtonLink to={editPath(video.id)}>
          <Icon name="edit" size="s" />
          {t('videos.edit')}
        </ButtonLink>
      </StudioHead>
      <Suspense fallback={<AnalyticsGhosts />}>
        <AnalyticsView of={{ kind: 'video', video }} />
      </Suspense>
    </>
  );
}
