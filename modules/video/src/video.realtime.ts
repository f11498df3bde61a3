import { fail, type SocketNamespace, signedIn, socketEvent } from '@madang/kernel';
import { audienceOf, audienceRoom } from './comment-live.ts';
import { AUDIENCES, VIDEO_NAMESPACE, type VideoWatched, videoClientEvents } from './live-contract.ts';
import type { VideoAccess } from './video-access.ts';
import { videoErrors } from './video-errors.ts';

/** What one socket may watch at once. */
const MOST_WATCHED = 50;

/** The namespace `/video`: nothing in but what is looked at, and out what is said of it. */
export function videoNamespace({ access }: { access: VideoAccess }): SocketNamespace {
  return {
    name: VIDEO_NAMESPACE,
    policy: signedIn('nothing is heard before a video is watched; each event asks who may'),
    events: {
      watch: socketEvent({
        policy: signedIn('whoever may see the video'),
        payload: videoClientEvents.watch,
        handler: async (context, { videoId }): Promise<Record<string, unknown> & VideoWatched> => {
          const { zone, principal } = context;
          if (!zone.zone.features.includes('video')) fail(videoErrors.video_not_found);
          const rooms = AUDIENCES.map((name) => audienceRoom(name, videoId));
          const leave = async (but?: string) => {
            for (const room of rooms) if (room !== but && context.isIn(room)) await context.leave(room);
          };
          try {
            let audience = audienceOf((await access.reach(zone, principal, videoId)).row);
            if (context.rooms().length >= MOST_WATCHED && !rooms.some((room) => context.isIn(room)))
              fail(videoErrors.video_not_found, { detail: 'too many watched' });
            for (;;) {
              await leave(audienceRoom(audience, videoId));
              await context.join(audienceRoom(audience, videoId));
              // Joined first, then read again: nothing falls between.
              const { row } = await access.reach(zone, principal, videoId);
              if (audienceOf(row) === audience) return { comments: row.comments, audience };
              audience = audienceOf(row);
            }
          } catch (error) {
            await leave();
            throw error;
          }
        },
      }),
      unwatch: socketEvent({
        policy: signedIn('leaving is everyone’s own'),
        payload: videoClientEvents.unwatch,
        handler: async (context, { videoId }) => {
          for (const name of AUDIENCES) if (context.isIn(audienceRoom(name, videoId))) await context.leave(audienceRoom(name, videoId));
        },
      }),
    },
  };
}
