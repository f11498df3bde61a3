import { defineFeature } from '../../shell/feature.ts';
import { UnreadCount } from './rooms/unread-count.tsx';

export default defineFeature({
  navigation: [
    {
      to: '/rooms',
      icon: 'rooms',
      label: (t) => t('chat:rooms'),
      order: 20,
      visible: ({ zone }) => zone.features.includes('rooms'),
      Count: UnreadCount,
    },
  ],
  search: async (query, context) => (await import('./rooms/find-rooms.ts')).findRooms(query, context),
});
