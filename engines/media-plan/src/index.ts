export * from './audio-renditions.ts';
export { type Chunk, trimSeconds } from './chunks.ts';
export * from './media-plan.ts';
export * from './rational.ts';
export * from './read-probe.ts';
export type { Rung, Size } from './rungs.ts';
export * from './source-probe.ts';
export * from './storyboard.ts';
