import { defineFeature } from '../../shell/feature.ts';

export default defineFeature({
  navigation: [{ to: '/', icon: 'home', label: (t) => t('shell:home_nav'), order: 0, visible: () => true }],
});
