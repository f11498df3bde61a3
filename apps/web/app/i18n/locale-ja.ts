import { byFeature } from './by-feature.ts';

export default byFeature(import.meta.glob('../**/i18n/ja.json', { eager: true, import: 'default' }));
