import type {
  AnyEventHandler,
  AuditWriter,
  Broadcaster,
  Clock,
  Closable,
  EventPublisher,
  JobQueue,
  JobRegistration,
  Logger,
  PeopleDirectory,
  Principal,
  Queries,
  RateLimiter,
  RoleGrants,
  RouteDefinition,
  Schedule,
  ZoneContext,
} from '@madang/kernel';
import type { Notifier } from '@madang/notifications';
import type { VideoAccess } from './video-access.ts';
import type { Channel, ChannelCard, VideoCard } from './wire.ts';

/** Cards of lists that others order: playlists, history. */
export interface VideoCards {
  /** In no order; those that are gone or that the person may not see are left out. Two statements and one call for pictures, whatever the number. */
  cardsOf(zone: ZoneContext, principal: Principal | undefined, videoIds: readonly string[]): Promise<ReadonlyMap<string, VideoCard>>;
}

export interface Channels {
  /** By id or `@handle`; throws `video.channel_not_found`. */
  get(zone: ZoneContext, principal: Principal | undefined, channelId: string): Promise<Channel>;
  /** By id or `@handle`; throws `video.channel_not_found`. */
  find(db: Queries, channelId: string): Promise<{ readonly id: string; readonly ownerId: string; readonly name: string }>;
  cardsOf(zone: ZoneContext, channelIds: readonly string[]): Promise<ReadonlyMap<string, ChannelCard>>;
}

/** What the social half of the module builds on. */
export interface SocialDeps {
  readonly audit: AuditWriter;
  readonly events: EventPublisher;
  readonly broadcaster: Broadcaster;
  readonly jobs: JobQueue;
  readonly people: PeopleDirectory;
  readonly rateLimiter: RateLimiter;
  readonly notifier: Notifier;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly access: VideoAccess;
  readonly cards: VideoCards;
  readonly channels: Channels;
}

/** What the rest of the module asks of the social half, beside its routes and jobs. */
export interface Social {
  readonly routes: readonly RouteDefinition[];
  readonly jobs: readonly JobRegistration[];
  readonly schedules: readonly Schedule[];
  readonly handlers: readonly AnyEventHandler[];
  readonly grants?: RoleGrants;
  start?(): Promise<Closable | void>;
  /** Where the person stopped, of those they began and did not finish. One statement. */
  resumeSeconds(zone: ZoneContext, userId: string, videoIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** What the watch page shows of the person alone. One statement. */
  watcher(zone: ZoneContext, userId: string, videoId: string): Promise<{ readonly liked: boolean; readonly resumeSeconds: number | null }>;
  subscription(zone: ZoneContext, userId: string, channelId: string): Promise<{ readonly subscribed: boolean; readonly notify: boolean }>;
  /** Ids of the channels the person is subscribed to, at most 1,000. */
  subscribedChannels(zone: ZoneContext, userId: string): Promise<readonly string[]>;
  /** Who wants the bell for a new video of the channel; only its members where `membersOnly`. */
  subscribersToTell(db: Queries, channelId: string, membersOnly: boolean): Promise<readonly string[]>;
}
