import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import type { Route } from './+types/rooms-page';
import { adminMeta } from './admin-meta.ts';
import { SectionSkeleton } from './section-skeleton.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./rooms-section.tsx');
const RoomsSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'rooms', '/admin/rooms');
}

export default function RoomsPage() {
  return (
    <Suspense fallback={<SectionSkeleton section="rooms" />}>
      <RoomsSection />
    </Suspense>
  );
}
