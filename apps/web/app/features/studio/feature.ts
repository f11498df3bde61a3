import { defineFeature } from '../../shell/feature.ts';
import { mayDo } from '../../shell/page.ts';
import { UploadBadge } from './upload/upload-badge.tsx';

export default defineFeature({
  navigation: [
    {
      to: '/studio',
      icon: 'studio',
      label: (t) => t('studio:nav'),
      order: 60,
      visible: ({ zone, person }) => zone.features.includes('video') && mayDo(person, 'channel:create'),
    },
  ],
  BarItem: UploadBadge,
});
