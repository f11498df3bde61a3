import { lazy, Suspense } from 'react';
import type { MetaDescriptor } from 'react-router';
import type { Route } from './+types/settings-page';
import { adminMeta } from './admin-meta.ts';
import { SectionSkeleton } from './section-skeleton.tsx';

// Asked for with the page's own code, not after it.
const loading = import('./settings-section.tsx');
const SettingsSection = lazy(() => loading);

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'settings', '/admin/settings');
}

export default function SettingsPage() {
  return (
    <Suspense fallback={<SectionSkeleton section="settings" />}>
      <SettingsSection />
    </Suspense>
  );
}
