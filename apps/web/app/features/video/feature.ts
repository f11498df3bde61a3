import { defineFeature } from '../../shell/feature.ts';

export default defineFeature({
  navigation: [
    {
      to: '/watch',
      also: ['/search', '/channels', '/@', '/subscriptions', '/playlists', '/history'],
      icon: 'watch',
      label: (t) => t('video:watch'),
      order: 10,
      visible: ({ zone }) => zone.features.includes('video'),
    },
  ],
  search: async (query, context) =>
    context.page.zone.features.includes('video') ? (await import('./search/find-videos.ts')).findVideos(query, context) : [],
});
