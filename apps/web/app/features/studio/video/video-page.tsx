import { lazy, Suspense } from 'react';
import { Link, type MetaDescriptor } from 'react-router';
import { load } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Icon } from '../../../ui/icon.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { editPath } from '../layout/places.ts';
import styles from '../layout/studio.module.css';
import { StudioHead } from '../layout/studio-head.tsx';
import { studioMeta } from '../layout/studio-meta.ts';
import type { Route } from './+types/video-page';

// Asked for with the page's own code, not after it.
const loading = import('./video-section.tsx');
const VideoSection = lazy(() => loading);

export async function loader({ context, params }: Route.LoaderArgs) {
  return { video: await load(context, 'GET /api/v1/videos/:videoId', { params }) };
}

export function meta({ matches, loaderData, params }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return studioMeta(matches, 'video', editPath(params.videoId), loaderData?.video.title);
}

export default function VideoPage({ loaderData: { video } }: Route.ComponentProps) {
  const { t } = useTranslation('studioPages');
  const above = (
    <Link to="/studio/videos" prefetch="intent" className={styles.above}>
      <Icon name="chevron-left" size="s" />
      {t('studio:section.videos')}
    </Link>
  );
  if (!video.mayEdit) return <EmptyState heading="h1" title={t('video.not_yours')} text={t('video.not_yours_text')} action={above} />;
  return (
    <Suspense
      fallback={
        <>
          <StudioHead title={video.title} above={above} />
          <Loading label={t('details.title')}>
            <Skeleton height={420} style={{ borderRadius: 12 }} />
          </Loading>
        </>
      }
    >
      <VideoSection key={video.id} loaded={video} above={above} />
    </Suspense>
  );
}
