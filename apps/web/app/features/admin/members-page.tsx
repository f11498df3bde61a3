import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import type { Route } from './+types/members-page';
import { adminMeta } from './admin-meta.ts';
import { SectionSkeleton } from './section-skeleton.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./members-section.tsx');
const MembersSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'members', '/admin/members');
}

export default function MembersPage() {
  return (
    <Suspense fallback={<SectionSkeleton section="members" />}>
      <MembersSection />
    </Suspense>
  );
}
