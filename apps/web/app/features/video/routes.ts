import { layout, type RouteConfigEntry, route } from '@react-router/dev/routes';

export const videoRoutes: RouteConfigEntry[] = [
  layout('features/video/video-layout.tsx', [
    route('watch', 'features/video/home/home-page.tsx', { id: 'video-home' }),
    route('watch/:videoId', 'features/video/watch/watch-page.tsx'),
    route('watch/-/begin', 'features/video/player/begin.ts', { id: 'video-begin' }),
    route('embed/:videoId', 'features/video/embed/embed-page.tsx'),
    route('search', 'features/video/search/search-page.tsx'),
    route('channels/:channelId', 'features/video/channel/channel-page.tsx'),
    // `/@sori`: one page at two addresses.
    route(':channelId', 'features/video/channel/channel-page.tsx', { id: 'video-channel-by-handle' }),
    route('subscriptions', 'features/video/library/subscriptions-page.tsx'),
    route('history', 'features/video/library/history-page.tsx'),
    route('playlists', 'features/video/playlists/playlists-page.tsx'),
    route('playlists/:playlistId', 'features/video/playlists/playlist-page.tsx'),
  ]),
];
