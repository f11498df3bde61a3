import { createHash } from 'node:crypto';
import type { AttachRoom } from '@madang/chat';
import {
  type AuditWriter,
  type Clock,
  type EventPublisher,
  type JobQueue,
  newId,
  type Principal,
  type Queries,
  sql,
  type ZoneContext,
} from '@madang/kernel';
import type { Assets } from '@madang/media';
import type { z } from 'zod';
import { ensureChannel } from './channel-store.ts';
import type { createVideoBody } from './contract.ts';
import { VIDEO_PREFIX } from './follow-asset.ts';
import { publishLater } from './publish-videos.job.ts';
import { channelChanged, videoCreated } from './video-events.ts';

/** Whose video it is, and how their channel is called if this makes it. */
export interface VideoOwner {
  readonly id: string;
  readonly name: string;
  readonly orgId: string | null;
}

/** Makes a person a creator, in this transaction; harmless for one who is. */
export type GrantCreator = (tx: Queries, userId: string) => Promise<void>;

type Input = z.output<typeof createVideoBody>;

export interface CreateVideoDeps {
  readonly assets: Assets;
  readonly attachRoom: AttachRoom;
  readonly grantCreator: GrantCreator;
  readonly audit: AuditWriter;
  readonly events: EventPublisher;
  readonly jobs: JobQueue;
  readonly clock: Clock;
}

export type CreateVideo = (zone: ZoneContext, principal: Principal, input: Input) => Promise<string>;

/** [VI10] Channel, video, asset, room, audit and event, together or not at all; the upload may still be under way. */
export function createCreateVideo(deps: CreateVideoDeps): CreateVideo {
  const make = createMakeVideo(deps);
  return (zone, principal, input) => zone.db.transaction((tx) => make(tx, principal, newId('video', deps.clock.now().getTime()), input));
}

/** What the demo shows: as a person's own, once per `key`; the answer is the same when asked again. */
export type SeedVideo = (
  zone: ZoneContext,
  owner: VideoOwner,
  video: Pick<Input, 'uploadId' | 'title'> & Partial<Input> & { readonly key: string },
) => Promise<string>;

export function createSeedVideo(deps: CreateVideoDeps): SeedVideo {
  const make = createMakeVideo(deps);
  return (zone, owner, { key, ...given }) => {
    const videoId = seededVideoId(zone.zone.id, key);
    return zone.db.transaction(async (tx) => {
      const known = await tx.maybeOne(sql<{ id: string }>('select id from video.videos where id = $1', videoId));
      if (known !== undefined) return known.id;
      return make(tx, owner, videoId, {
        description: '',
        visibility: 'public',
        tags: [],
        category: 'other',
        commentsOpen: true,
        ...given,
      });
    });
  };
}

export const hasSeeded = async (zone: ZoneContext, key: string): Promise<boolean> =>
  (await zone.db.maybeOne(sql('select from video.videos where id = $1', seededVideoId(zone.zone.id, key)))) !== undefined;

function createMakeVideo(deps: CreateVideoDeps) {
  return async (tx: Queries, owner: VideoOwner | Principal, videoId: string, input: Input): Promise<string> => {
    const now = deps.clock.now();
    const publishAt = futureOf(input.publishAt, now);
    const channel = await ensureChannel(tx, { ownerId: owner.id, name: owner.name }, now);
    if (channel.fresh) {
      await deps.grantCreator(tx, owner.id);
      await deps.events.publish(tx, channelChanged, { channelId: channel.id });
    }
    const roomId = await deps.attachRoom(tx, { type: 'video', id: videoId, name: input.title, ownerId: owner.id, orgId: owner.orgId });
    await tx.run(
      sql(
        `insert into video.videos (zone_id, id, channel_id, owner_id, upload_id, title, description, tags, category, language, visibility,
           publish_at, comments_open, room_id, created_at, updated_at)
         values (madang.zone(), $1, $2, $3, $4, $5, $6, $7::text[], $8, $9, $10, $11, $12, $13, $14, $14)`,
        videoId,
        channel.id,
        owner.id,
        input.uploadId,
        input.title,
        input.description,
        tidyTags(input.tags),
        input.category,
        input.language ?? null,
        input.visibility,
        publishAt,
        input.commentsOpen,
        roomId,
        now,
      ),
    );
    if (publishAt !== null) await publishLater(deps.jobs, tx, publishAt);
    await deps.assets.create(tx, { id: videoId, uploadId: input.uploadId, ownerId: owner.id, access: 'signed' });
    const actor = { id: owner.id, orgId: owner.orgId };
    const details = { visibility: input.visibility, channelId: channel.id };
    await deps.audit.record(tx, { action: 'create', resourceType: 'video', resourceId: videoId, actor, details });
    await deps.events.publish(tx, videoCreated, { videoId, channelId: channel.id, ownerId: owner.id });
    return videoId;
  };
}

/** Each once, however it is written; in the order given. */
export function tidyTags(tags: readonly string[]): string[] {
  const seen = new Map<string, string>();
  for (const tag of tags) {
    const tidy = tag.normalize('NFC').replace(/^#+/, '').replace(/\s+/g, ' ').trim();
    const key = tidy.normalize('NFKC').toLowerCase();
    if (tidy !== '' && !seen.has(key)) seen.set(key, tidy);
  }
  return [...seen.values()];
}

/** When to publish; a time that has passed means at once [VI22]. */
export function futureOf(publishAt: string | null | undefined, now: Date): Date | null {
  if (publishAt == null) return null;
  const at = new Date(publishAt);
  return at > now ? at : null;
}

export function seededVideoId(zoneId: string, key: string): string {
  const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
  const digest = createHash('sha256').update(`video ${zoneId} ${key}`).digest();
  return VIDEO_PREFIX + Array.from({ length: 26 }, (_, index) => alphabet[(digest[index] ?? 0) % 32]).join('');
}
