/** What is heard on `/ws` while a video's page is open. */
import { z } from 'zod';
import { comment } from './wire.ts';

export const VIDEO_NAMESPACE = '/video';

const videoId = z.string().min(1).max(100);
export const videoClientEvents = {
  /** Acknowledged with `VideoWatched`; asked again it says where things are now. */
  watch: z.object({ videoId }),
  unwatch: z.object({ videoId }),
} as const;

/** Who may see a video, from the widest to the narrowest. */
export const AUDIENCES = ['everyone', 'members', 'owner'] as const;
export type Audience = (typeof AUDIENCES)[number];

export interface VideoWatched {
  /** As `comments` of the video. */
  readonly comments: number;
  readonly audience: Audience;
}

/** At most one a second for each video. */
export const liveComments = z.object({
  videoId: z.string(),
  /** As `comments` of the video. */
  count: z.number(),
  /** What came or changed, and the heads of replies that did; as no one in particular sees them: `liked` and `mine` say nothing. */
  comments: z.array(comment),
  /** Of those, what is new. */
  made: z.array(z.string()),
  /** By moderators. */
  hidden: z.array(z.string()),
  deleted: z.array(z.string()),
  /** More happened than is told here. */
  missed: z.boolean(),
});
export type LiveComments = z.output<typeof liveComments>;

export const videoServerEvents = {
  comments: liveComments,
  /** Another audience than the one acknowledged: watch again to go on hearing, if one may. */
  audience: z.object({ videoId: z.string(), audience: z.enum(AUDIENCES) }),
} as const;
