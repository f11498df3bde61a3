import { defineEvent } from '@madang/kernel';
import { z } from 'zod';
import { VISIBILITIES } from './wire.ts';

const videoId = z.string();
const channelId = z.string();

/** Made of an upload; nobody but its owner sees it yet. */
export const videoCreated = defineEvent('video.created', z.object({ videoId, channelId, ownerId: z.string() }));

/** From now on those its visibility names can watch it. Once per video, unless it is scheduled anew. */
export const videoPublished = defineEvent('video.published', z.object({ videoId, channelId, visibility: z.enum(VISIBILITIES) }));

/** What others see of it changed: words, pictures, who may see it, how it plays. Counters do not count. */
export const videoChanged = defineEvent('video.changed', z.object({ videoId, channelId }));

export const videoDeleted = defineEvent('video.deleted', z.object({ videoId, channelId }));

/** Its name, handle or description changed, or it is new. */
export const channelChanged = defineEvent('video.channel-changed', z.object({ channelId }));
