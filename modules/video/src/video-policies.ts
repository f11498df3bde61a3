import {
  type EndpointKey,
  fail,
  mayReach,
  type Policy,
  type Principal,
  permits,
  publicAccess,
  type RoleGrants,
  type RouteDefinition,
  type RouteLimits,
  requestErrors,
  route,
  type Scope,
  type Zone,
} from '@madang/kernel';
import type { videoEndpoints } from './contract.ts';
import type { Visibility } from './wire.ts';

/** The coarse gates; what a person may do with one video is `standingIn`. */
export const anyoneMayRead = publicAccess('public videos are there for everyone: embeds, feeds and search engines read them');
export const mayOpenChannel = permits('channel:create');
export const mayEditChannel = permits('channel:update');
export const mayEditVideo = permits('video:update');
export const mayWatchVideos = permits('video:read');
export const mayComment = permits('comment:create');
export const mayReact = permits('reaction:create');
export const mayKeepPlaylists = permits('playlist:create');

const rows = (scope: Scope, ...permissions: `${string}:${string}`[]) => permissions.map((permission) => ({ permission, scope }));
const takingPart = ['video:read', 'channel:create', 'comment:create', 'reaction:create', 'playlist:create'] as const;

/** Every account holds what a student holds. Guests watch; they neither upload nor comment. */
export const videoGrants: RoleGrants = {
  zone_admin: rows('zone', 'channel:*', 'video:*', 'comment:moderate'),
  org_admin: rows('org', 'video:create'),
  teacher: rows('org', 'video:create'),
  student: rows('own', ...takingPart),
  parent: rows('own', ...takingPart),
  guest: rows('own', 'video:read'),
  creator: rows('own', 'channel:*', 'video:*'),
};

/** Where the feature is off there is nothing [VI1]. */
export function requireVideos(zone: Zone): void {
  if (!zone.features.includes('video')) fail(requestErrors.not_found, { detail: 'this zone has no videos' });
}

type Table = typeof videoEndpoints;
type Key = keyof Table & EndpointKey;
type Options<K extends Key> = Parameters<typeof route<Table, K>>[2];

/** A route of the module: as `route`, and 404 in zones without videos. */
export function videoRoute<K extends Key>(
  table: Table,
  key: K,
  options: { policy: Policy; limits?: RouteLimits; tag?: string; handler: Options<K>['handler'] },
): RouteDefinition {
  return route(table, key, {
    tag: 'videos',
    ...options,
    handler: async (input) => {
      requireVideos(input.zone.zone);
      return options.handler(input);
    },
  });
}

/** What a decision needs to know of a video and of the person asking. */
export interface VideoFacts {
  readonly visibility: Visibility;
  readonly publishedAt: Date | null;
  readonly ownerId: string;
  /** The person asking is a member of its channel. */
  readonly member: boolean;
}

export interface VideoStanding {
  readonly see: boolean;
  readonly edit: boolean;
  /** Hides, pins and removes comments, and speaks as a moderator in its room. */
  readonly moderate: boolean;
  readonly mine: boolean;
}

/** What someone, or no one, may do with a video [VI2]–[VI6]. */
export function standingIn(principal: Principal | undefined, facts: VideoFacts): VideoStanding {
  const reach = { ownerId: facts.ownerId };
  const mine = principal !== undefined && principal.id === facts.ownerId;
  // the first upload makes its owner a creator: a principal a second old does not know it yet, and the route's policy asks anyway
  const edit = mine || (principal !== undefined && mayReach(principal, 'video:update', reach));
  const moderate = mine || (principal !== undefined && mayReach(principal, 'comment:moderate', reach));
  const shown =
    facts.publishedAt !== null &&
    (facts.visibility === 'public' || facts.visibility === 'unlisted' || (facts.visibility === 'members' && facts.member));
  return { see: shown || edit, edit, moderate, mine };
}
