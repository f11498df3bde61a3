import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { StudioHead } from '../layout/studio-head.tsx';
import { studioMeta } from '../layout/studio-meta.ts';
import type { Route } from './+types/channel-page';

// Asked for with the page's own code, not after it.
const loading = import('./channel-section.tsx');
const ChannelSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return studioMeta(matches, 'channel', '/studio/channel');
}

export default function ChannelPage() {
  const { t } = useTranslation('studio');
  return (
    <>
      <StudioHead title={t('section.channel')} />
      <Suspense
        fallback={
          <Loading label={t('section.channel')}>
            <Skeleton height={280} style={{ borderRadius: 12 }} />
          </Loading>
        }
      >
        <ChannelSection />
      </Suspense>
    </>
  );
}
