import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import type { Route } from './+types/overview-page';
import { adminMeta } from './admin-meta.ts';
import { SectionSkeleton } from './section-skeleton.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./overview-section.tsx');
const OverviewSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'overview', '/admin');
}

export default function OverviewPage() {
  return (
    <Suspense fallback={<SectionSkeleton section="overview" />}>
      <OverviewSection />
    </Suspense>
  );
}
