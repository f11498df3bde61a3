import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { StudioHead } from '../layout/studio-head.tsx';
import { studioMeta } from '../layout/studio-meta.ts';
import type { Route } from './+types/upload-page';

// Asked for with the page's own code, not after it.
const loading = import('./upload-section.tsx');
const UploadSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return studioMeta(matches, 'upload', '/studio');
}

export default function UploadPage() {
  const { t } = useTranslation('studio');
  return (
    <Suspense
      fallback={
        <>
          <StudioHead title={t('section.upload')} />
          <Loading label={t('section.upload')}>
            <Skeleton height={80} style={{ marginTop: 24, borderRadius: 12 }} />
          </Loading>
        </>
      }
    >
      <UploadSection />
    </Suspense>
  );
}
