import { index, type RouteConfigEntry, route } from '@react-router/dev/routes';

export const adminRoutes: RouteConfigEntry[] = [
  route('admin', 'features/admin/admin-layout.tsx', [
    index('features/admin/overview-page.tsx'),
    route('members', 'features/admin/members-page.tsx'),
    route('organizations', 'features/admin/organizations-page.tsx'),
    route('rooms', 'features/admin/rooms-page.tsx'),
    route('audit', 'features/admin/audit-page.tsx'),
    route('settings', 'features/admin/settings-page.tsx'),
    route('limits', 'features/admin/limits-page.tsx'),
    route('zones', 'features/admin/zones-page.tsx'),
  ]),
  route('enter', 'features/admin/enter-page.tsx'),
];
