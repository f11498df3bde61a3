import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { StudioHead } from '../layout/studio-head.tsx';
import { studioMeta } from '../layout/studio-meta.ts';
import type { Route } from './+types/analytics-page';
import { AnalyticsGhosts } from './analytics-ghosts.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./channel-analytics.tsx');
const ChannelAnalytics = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return studioMeta(matches, 'analytics', '/studio/analytics');
}

export default function AnalyticsPage() {
  const { t } = useTranslation('studio');
  return (
    <>
      <StudioHead title={t('section.analytics')} />
      <Suspense fallback={<AnalyticsGhosts />}>
        <ChannelAnalytics />
      </Suspense>
    </>
  );
}
