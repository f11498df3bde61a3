import { byFeature } from './by-feature.ts';

export default byFeature(import.meta.glob('../**/i18n/en.json', { eager: true, import: 'default' }));
