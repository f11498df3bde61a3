import { type Clock, ok, type Principal, type RouteDefinition, requirePrincipal, statement, type ZoneContext } from '@madang/kernel';
import { videoEndpoints } from './contract.ts';
import type { VideoAccess } from './video-access.ts';
import { mayReact, videoRoute } from './video-policies.ts';

/** The count of the row as this statement leaves it: an update that changes nothing still waits for those before it. */
const likeVideo = statement<{ likes: number }, [videoId: string, personId: string, at: Date]>(
  'video.like_video',
  `with given as (
     insert into video.likes (zone_id, video_id, user_id, created_at)
     select madang.zone(), v.id, $2, $3 from (select id from video.videos where id = $1 for key share) v
     on conflict do nothing returning video_id
   )
   update video.videos set likes = likes + (select count(*) from given)::int where id = $1 returning likes`,
);
const unlikeVideo = statement<{ likes: number }, [videoId: string, personId: string]>(
  'video.unlike_video',
  `with taken as (delete from video.likes where video_id = $1 and user_id = $2 returning video_id)
   update video.videos set likes = likes - (select count(*) from taken)::int where id = $1 returning likes`,
);

export type LikeVideo = (
  zone: ZoneContext,
  principal: Principal,
  videoId: string,
  on: boolean,
) => Promise<{ likes: number; liked: boolean }>;

/** [VI110] Said twice is said once. */
export function createLikeVideo(deps: { access: VideoAccess; clock: Clock }): LikeVideo {
  return async (zone, principal, videoId, on) => {
    const { row } = await deps.access.reach(zone, principal, videoId);
    const { likes } = await zone.db.one(on ? likeVideo(row.id, principal.id, deps.clock.now()) : unlikeVideo(row.id, principal.id));
    return { likes, liked: on };
  };
}

export function likeRoutes(likeVideo: LikeVideo): RouteDefinition[] {
  return [
    videoRoute(videoEndpoints, 'PUT /api/v1/videos/:videoId/like', {
      policy: mayReact,
      handler: async (input) => ok(await likeVideo(input.zone, requirePrincipal(input), input.params.videoId, true)),
    }),
    videoRoute(videoEndpoints, 'DELETE /api/v1/videos/:videoId/like', {
      policy: mayReact,
      handler: async (input) => ok(await likeVideo(input.zone, requirePrincipal(input), input.params.videoId, false)),
    }),
  ];
}
