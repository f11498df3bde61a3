import { index, type RouteConfig, route } from '@react-router/dev/routes';

/** Each feature's pages stand in its own `routes.ts`; its one line here puts them into the city. */
import { accountRoutes } from './features/account/routes.ts';
import { adminRoutes } from './features/admin/routes.ts';
import { chatRoutes } from './features/chat/routes.ts';
import { identityRoutes } from './features/identity/routes.ts';
import { notificationRoutes } from './features/notifications/routes.ts';
import { studioRoutes } from './features/studio/routes.ts';
import { videoRoutes } from './features/video/routes.ts';

export default [
  index('features/zones/home-page.tsx'),
  ...identityRoutes,
  ...accountRoutes,
  ...adminRoutes,
  ...chatRoutes,
  ...notificationRoutes,
  ...videoRoutes,
  ...studioRoutes,
  route('manifest.webmanifest', 'shell/web-app-manifest.ts'),
  route('*', 'shell/not-found-page.tsx'),
] satisfies RouteConfig;
