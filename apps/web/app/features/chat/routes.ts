import { index, type RouteConfigEntry, route } from '@react-router/dev/routes';

export const chatRoutes: RouteConfigEntry[] = [
  route('rooms', 'features/chat/rooms/rooms-layout.tsx', [
    index('features/chat/rooms/rooms-page.tsx'),
    route('invitations/:token', 'features/chat/rooms/invitation-page.tsx'),
    route(':roomId', 'features/chat/room/room-page.tsx'),
  ]),
];
