import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { StudioHead } from '../layout/studio-head.tsx';
import { studioMeta } from '../layout/studio-meta.ts';
import type { Route } from './+types/videos-page';
import { VideoRowGhosts } from './video-row-ghosts.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./videos-section.tsx');
const VideosSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return studioMeta(matches, 'videos', '/studio/videos');
}

export default function VideosPage() {
  const { t } = useTranslation('studio');
  return (
    <>
      <StudioHead title={t('section.videos')} />
      <Suspense fallback={<VideoRowGhosts />}>
        <VideosSection />
      </Suspense>
    </>
  );
}
