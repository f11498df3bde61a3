import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import type { Route } from './+types/zones-page';
import { adminMeta } from './admin-meta.ts';
import { SectionSkeleton } from './section-skeleton.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./zones-section.tsx');
const ZonesSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'zones', '/admin/zones');
}

export default function ZonesPage() {
  return (
    <Suspense fallback={<SectionSkeleton section="zones" />}>
      <ZonesSection />
    </Suspense>
  );
}
