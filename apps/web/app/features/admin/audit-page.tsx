import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import type { Route } from './+types/audit-page';
import { adminMeta } from './admin-meta.ts';
import { SectionSkeleton } from './section-skeleton.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./audit-section.tsx');
const AuditSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'audit', '/admin/audit');
}

export default function AuditPage() {
  return (
    <Suspense fallback={<SectionSkeleton section="audit" />}>
      <AuditSection />
    </Suspense>
  );
}
