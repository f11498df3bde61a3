import { index, type RouteConfigEntry, route } from '@react-router/dev/routes';

export const studioRoutes: RouteConfigEntry[] = [
  route('studio', 'features/studio/layout/studio-layout.tsx', [
    index('features/studio/upload/upload-page.tsx'),
    route('videos', 'features/studio/videos/videos-page.tsx'),
    route('videos/:videoId', 'features/studio/video/video-page.tsx'),
    route('videos/:videoId/analytics', 'features/studio/analytics/video-analytics-page.tsx'),
    route('analytics', 'features/studio/analytics/analytics-page.tsx'),
    route('channel', 'features/studio/channel/channel-page.tsx'),
  ]),
  route('studio/upload', 'features/studio/layout/upload-redirect.ts'),
];
