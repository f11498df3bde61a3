import { type RouteConfigEntry, route } from '@react-router/dev/routes';

export const accountRoutes: RouteConfigEntry[] = [route('account', 'features/account/account-page.tsx')];
