import { fail, ID_PATTERN, type Principal, type Queries, statement, type ZoneContext } from '@madang/kernel';
import { videoErrors } from './video-errors.ts';
import { standingIn, type VideoStanding } from './video-policies.ts';
import type { VideoStatus, Visibility } from './wire.ts';

/** A video as one person, or no one, stands to it. */
export interface VideoAccessRow {
  readonly id: string;
  readonly channel_id: string;
  readonly owner_id: string;
  readonly upload_id: string;
  readonly title: string;
  readonly visibility: Visibility;
  readonly publish_at: Date | null;
  readonly published_at: Date | null;
  readonly status: VideoStatus;
  readonly comments_open: boolean;
  readonly room_id: string | null;
  readonly duration_seconds: number | null;
  readonly comments: number;
  readonly member: boolean;
}

const columns = `v.id, v.channel_id, v.owner_id, v.upload_id, v.title, v.visibility, v.publish_at, v.published_at, v.status,
  v.comments_open, v.room_id, v.duration_seconds, v.comments,
  exists (select from video.channel_members m where m.channel_id = v.channel_id and m.user_id = $2) as member`;

const findAccess = statement<VideoAccessRow, [videoId: string, personId: string]>(
  'video.find_access',
  `select ${columns} from video.videos v where v.id = $1`,
);
/** Locks the video's row: whoever changes what decides about it does this first. */
const lockAccess = statement<VideoAccessRow, [videoId: string, personId: string]>(
  'video.lock_access',
  `select ${columns} from video.videos v where v.id = $1 for no key update of v`,
);

/**
 * SQL that is true for the videos a person may see, as `standingIn` decides: `v` are the videos, `person` and `all` SQL for
 * the person's id ('' for no one) and for whether they see everything. Unlisted ones count: for lists that name them.
 */
export const visibleTo = (person: string, all: string): string =>
  `(${all} or v.owner_id = ${person} or (v.published_at is not null and (v.visibility in ('public', 'unlisted') or (v.visibility = 'members'
    and exists (select from video.channel_members m where m.channel_id = v.channel_id and m.user_id = ${person})))))`;

/** Whether someone sees every video of the zone, whatever its visibility. */
export const seesAll = (principal: Principal | undefined): boolean => principal?.scopeOf('video:update') === 'zone';

export interface ReachedVideo {
  readonly row: VideoAccessRow;
  readonly standing: VideoStanding;
}

/** The one place that answers "may this person see this video, and what may they do with it". Missing and forbidden are both 404. */
export interface VideoAccess {
  reach(zone: ZoneContext, principal: Principal | undefined, videoId: string): Promise<ReachedVideo>;
  /** As `reach`, in a transaction that will change the video; its row stays locked until the end. */
  lock(tx: Queries, principal: Principal | undefined, videoId: string): Promise<ReachedVideo>;
  /** As `lock`, and 403 for who may see but not change it. */
  lockForEdit(tx: Queries, principal: Principal, videoId: string): Promise<ReachedVideo>;
}

export function createVideoAccess(): VideoAccess {
  const judge = (principal: Principal | undefined, row: VideoAccessRow | undefined): ReachedVideo => {
    if (row === undefined) fail(videoErrors.video_not_found);
    const standing = standingIn(principal, {
      visibility: row.visibility,
      publishedAt: row.published_at,
      ownerId: row.owner_id,
      member: row.member,
    });
    if (!standing.see) fail(videoErrors.video_not_found);
    return { row, standing };
  };
  const idOf = (videoId: string): string => (ID_PATTERN.test(videoId) ? videoId : fail(videoErrors.video_not_found));

  async function lock(tx: Queries, principal: Principal | undefined, videoId: string): Promise<ReachedVideo> {
    return judge(principal, await tx.maybeOne(lockAccess(idOf(videoId), principal?.id ?? '')));
  }
  return {
    reach: async (zone, principal, videoId) => judge(principal, await zone.db.maybeOne(findAccess(idOf(videoId), principal?.id ?? ''))),
    lock,
    async lockForEdit(tx, principal, videoId) {
      const reached = await lock(tx, principal, videoId);
      if (!reached.standing.edit) fail(videoErrors.not_allowed);
      return reached;
    },
  };
}

const findWatcher = statement<{ may: boolean }, [videoId: string, personId: string]>(
  'video.find_watcher',
  `select ${visibleTo('$2', 'false')} as may from video.videos v where v.id = $1`,
);

/** For the progress of an asset: told by the person's id alone, so nobody is let through for their role. */
export function createMayWatch(): (zone: ZoneContext, personId: string, videoId: string) => Promise<boolean> {
  return async (zone, personId, videoId) => {
    if (!zone.zone.features.includes('video') || !ID_PATTERN.test(videoId)) return false;
    return (await zone.db.maybeOne(findWatcher(videoId, personId)))?.may ?? false;
  };
}
