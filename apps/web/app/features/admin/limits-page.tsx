import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import type { Route } from './+types/limits-page';
import { adminMeta } from './admin-meta.ts';
import { SectionSkeleton } from './section-skeleton.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./limits-section.tsx');
const LimitsSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'limits', '/admin/limits');
}

export default function LimitsPage() {
  return (
    <Suspense fallback={<SectionSkeleton section="limits" />}>
      <LimitsSection />
    </Suspense>
  );
}
