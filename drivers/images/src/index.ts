export { createImages, type ImagesOptions } from './images.ts';
