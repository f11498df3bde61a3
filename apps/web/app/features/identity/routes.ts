import { type RouteConfigEntry, route } from '@react-router/dev/routes';

export const identityRoutes: RouteConfigEntry[] = [
  route('sign-in', 'features/identity/sign-in-page.tsx'),
  route('sign-up', 'features/identity/sign-up-page.tsx'),
  route('set-password', 'features/identity/set-password-page.tsx'),
  route('setup', 'features/identity/setup-page.tsx'),
  route('start', 'features/identity/start-page.tsx'),
];
