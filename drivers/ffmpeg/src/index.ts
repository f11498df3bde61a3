export type { FfmpegLimits } from './limits.ts';
export { createMediaTools, type MediaToolsOptions } from './media-tools.ts';
