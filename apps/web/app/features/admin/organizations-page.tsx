import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import type { Route } from './+types/organizations-page';
import { adminMeta } from './admin-meta.ts';
import { SectionSkeleton } from './section-skeleton.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./organizations-section.tsx');
const OrganizationsSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'organizations', '/admin/organizations');
}

export default function OrganizationsPage() {
  return (
    <Suspense fallback={<SectionSkeleton section="organizations" />}>
      <OrganizationsSection />
    </Suspense>
  );
}
