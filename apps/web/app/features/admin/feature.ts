import { defineFeature } from '../../shell/feature.ts';
import { openSections } from './sections.ts';

export default defineFeature({
  navigation: [
    {
      to: '/admin',
      icon: 'shield',
      label: (t) => t('admin:nav'),
      order: 80,
      foot: true,
      visible: (page) => openSections(page.person, page.zone).length > 0,
    },
  ],
});
