import { callRoute } from '@madang/identity/testing';
import { newId, type PersonCard, type Principal, type Role, silentLogger, sql, type ZoneContext } from '@madang/kernel';
import type { Assets } from '@madang/media';
import { recordingAudit, recordingEvents, type TestClock, type TestPrincipalOptions, testClock, testPrincipal } from '@madang/testing';
import { ChannelViews } from './channel-views.ts';
import { createSocial, type SocialPart } from './social.ts';
import { recordingNotifier } from './testing.ts';
import { createVideoAccess } from './video-access.ts';
import { VideoCache } from './video-cache.ts';
import { videoGrants } from './video-policies.ts';
import { VideoViews } from './video-views.ts';
import type { Visibility } from './wire.ts';

/** Films nobody made: neither pictures nor paths. */
const noAssets: Pick<Assets, 'posters' | 'find' | 'playbacks'> = {
  posters: async () => new Map(),
  find: async () => new Map(),
  playbacks: async () => new Map(),
};

/** Two nodes share what the world has; each `node()` is one. */
export function socialWorld(clock: TestClock = testClock()) {
  const people = new Map<string, PersonCard>();
  const notifier = recordingNotifier();
  const allowed = { allowed: true, remaining: 1, retryAfterSeconds: 0 };
  const deps = {
    clock,
    notifier,
    audit: recordingAudit(),
    events: recordingEvents(),
    broadcaster: { emit: () => {}, evict: () => {}, endSession: () => {} },
    logger: silentLogger,
    rateLimiter: { consume: async () => allowed, peek: async () => allowed, reset: async () => {} },
    jobs: { enqueue: async () => newId('job'), cancel: async () => {}, find: async () => undefined },
    people: {
      cards: async (_zone: ZoneContext, ids: readonly string[]) =>
        new Map(ids.flatMap((id) => (people.has(id) ? [[id, people.get(id) as PersonCard]] : []))),
      existing: async (_zone: ZoneContext, ids: readonly string[]) => new Set(ids.filter((id) => people.has(id))),
    },
  };

  function node(): SocialPart {
    const part = { social: () => social };
    const channels = new ChannelViews({ ...deps, ...part });
    const cards = new VideoViews({ ...deps, ...part, assets: noAssets as Assets, cache: new VideoCache(deps) });
    const social: SocialPart = createSocial({ ...deps, access: createVideoAccess(), channels, cards });
    return social;
  }

  function person(name: string, role: Role = 'student', rest: TestPrincipalOptions = {}): Principal {
    const id = newId(role === 'guest' ? 'guest' : 'user');
    people.set(id, { id, name, colour: 1, avatarUrl: null, role, guest: role === 'guest' });
    const inherited = role === 'guest' || role === 'student' ? [] : (videoGrants.student ?? []);
    return testPrincipal({ id, name, role, grants: inherited, roleGrants: videoGrants, ...rest });
  }

  async function channel(zone: ZoneContext, owner: Principal): Promise<string> {
    const id = newId('channel');
    await zone.db.run(
      sql(
        `insert into video.channels (zone_id, id, owner_id, handle, handle_key, name, created_at)
         values (madang.zone(), $1, $2, $1, $1, $3, $4)`,
        id,
        owner.id,
        `${owner.name}의 채널`,
        clock.now(),
      ),
    );
    return id;
  }

  async function video(
    zone: ZoneContext,
    owner: Principal,
    channelId: string,
    rest: { visibility?: Visibility; durationSeconds?: number | null; commentsOpen?: boolean } = {},
  ): Promise<string> {
    const id = newId('video');
    await zone.db.run(
      sql(
        `insert into video.videos (zone_id, id, channel_id, owner_id, upload_id, title, visibility, published_at, comments_open, status,
           duration_seconds, width, height, created_at, updated_at)
         values (madang.zone(), $1, $2, $3, $1, '봄 소풍', $4, $5, $6, 'ready', $7, 640, 360, $5, $5)`,
        id,
        channelId,
        owner.id,
        rest.visibility ?? 'public',
        clock.now(),
        rest.commentsOpen ?? true,
        rest.durationSeconds === undefined ? 100 : rest.durationSeconds,
      ),
    );
    return id;
  }

  return { clock, deps, rung: notifier.rung, people, node, person, channel, video };
}
export type SocialWorld = ReturnType<typeof socialWorld>;

export interface CallRest {
  readonly params?: Record<string, string>;
  readonly query?: Record<string, unknown>;
  readonly body?: unknown;
  readonly ip?: string;
}

/** Calls a route of the node as the edge would, after policy and credentials. */
export async function callAs<Body>(node: SocialPart, zone: ZoneContext, who: Principal | undefined, key: string, rest: CallRest = {}) {
  const reply = await callRoute(node.routes, zone, key, { principal: who, ...rest });
  return { status: reply.status, body: reply.body as Body, cursor: reply.headers['X-Next-Cursor'] };
}

export const refusedWith = (code: string) => (error: unknown) => (error as { code?: string }).code === code;
