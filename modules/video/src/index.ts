export type { SeedComment } from './comment-send.ts';
export { type GrantCreator, type SeedVideo, seededVideoId, type VideoOwner } from './create-video.ts';
export { createVideoModule, type VideoModule, type VideoModuleDeps } from './module.ts';
export type { VideoActivity } from './video-activity.ts';
export { channelChanged, videoChanged, videoCreated, videoDeleted, videoPublished } from './video-events.ts';
export type { ReceiveMultipart, ServeDownload } from './video-files.ts';
