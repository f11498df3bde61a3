import type { AttachedRoomAccess, AttachRoom, DetachRoom } from '@madang/chat';
import type { GuestTraces } from '@madang/identity';
import {
  type AuditWriter,
  type BlobStore,
  type Broadcaster,
  type Cache,
  type Clock,
  type EventPublisher,
  type JobQueue,
  job,
  type Logger,
  MadangError,
  type MadangModule,
  onEvent,
  type PeopleDirectory,
  type RateLimiter,
  type ZoneContext,
  type ZoneId,
} from '@madang/kernel';
import { type Assets, assetChanged } from '@madang/media';
import type { NotificationKind, Notifier } from '@madang/notifications';
import { channelRoutes } from './channel.routes.ts';
import { ChannelViews } from './channel-views.ts';
import type { SeedComment } from './comment-send.ts';
import { createCreateVideo, createSeedVideo, type GrantCreator, hasSeeded, type SeedVideo } from './create-video.ts';
import { createEndVideo } from './delete-video.ts';
import { createEditChannel } from './edit-channel.ts';
import { feedRoutes } from './feed.routes.ts';
import { createFeeds } from './feeds.ts';
import { createFollowAsset, VIDEO_PREFIX } from './follow-asset.ts';
import { createPublishIfDue } from './publish-video.ts';
import { everyTenMinutes, publishVideos } from './publish-videos.job.ts';
import { createRelatedVideos } from './related-videos.ts';
import { createSearchVideos } from './search-videos.ts';
import { createSocial, SOCIAL_NOTIFICATIONS, type SocialPart } from './social.ts';
import { createTellSubscribers } from './tell-subscribers.ts';
import { createTrending } from './trending.ts';
import { createUpdateVideo } from './update-video.ts';
import { videoNamespace } from './video.realtime.ts';
import { videoRoutes } from './video.routes.ts';
import { createMayWatch, createVideoAccess } from './video-access.ts';
import { createVideoActivity, type VideoActivity } from './video-activity.ts';
import { VideoCache } from './video-cache.ts';
import { channelChanged, videoChanged, videoDeleted, videoPublished } from './video-events.ts';
import { videoFileRoutes } from './video-file.routes.ts';
import { createVideoFiles, type ReceiveMultipart, type ServeDownload } from './video-files.ts';
import { VideoLists } from './video-lists.ts';
import { newVideo, videoFailed, videoReady } from './video-notifications.ts';
import { videoGrants } from './video-policies.ts';
import { VideoViews } from './video-views.ts';

export interface VideoModuleDeps {
  readonly assets: Assets;
  readonly blobs: Pick<BlobStore, 'presignGet'>;
  /** Of the chat module. */
  readonly attachRoom: AttachRoom;
  readonly detachRoom: DetachRoom;
  readonly registerAttachedRooms: (type: string, access: AttachedRoomAccess) => void;
  readonly grantCreator: GrantCreator;
  readonly notifier: Notifier;
  /** Of the notifications module: a kind it has to know. */
  readonly registerKind: <Payload>(kind: NotificationKind<Payload>) => void;
  readonly receiveMultipart: ReceiveMultipart;
  readonly serveDownload: ServeDownload;
  readonly people: PeopleDirectory;
  readonly audit: AuditWriter;
  readonly events: EventPublisher;
  readonly jobs: JobQueue;
  readonly broadcaster: Broadcaster;
  /** Shared between nodes. */
  readonly cache: Cache;
  readonly rateLimiter: RateLimiter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly zoneContext: (id: ZoneId) => Promise<ZoneContext>;
}

export interface VideoModule {
  readonly module: MadangModule;
  /** For the demo: a video of an upload, once per key. */
  readonly seedVideo: SeedVideo;
  hasSeeded(zone: ZoneContext, key: string): Promise<boolean>;
  readonly seedComment: SeedComment;
  readonly videoActivity: VideoActivity;
  /** Guests who wrote, liked, followed or watched: their identities are kept. */
  readonly guestTraces: GuestTraces;
}

export function createVideoModule(deps: VideoModuleDeps): VideoModule {
  const access = createVideoAccess();
  const cache = new VideoCache(deps);
  // The halves know each other only by what they ask: cards need where a person stopped, playlists need cards.
  const part = { social: (): SocialPart => social };
  const channels = new ChannelViews({ ...deps, ...part });
  const views = new VideoViews({ ...deps, ...part, cache });
  const social: SocialPart = createSocial({ ...deps, access, channels, cards: views });
  const trending = createTrending(deps);
  const publishIfDue = createPublishIfDue(deps);
  const parts = { ...deps, ...part, access, channels, views, publishIfDue };
  const followAsset = createFollowAsset(parts);
  const tellSubscribers = createTellSubscribers(parts);

  for (const kind of [newVideo, videoReady, videoFailed]) deps.registerKind(kind);
  const [commented, replied, invited] = SOCIAL_NOTIFICATIONS;
  deps.registerKind(commented);
  deps.registerKind(replied);
  deps.registerKind(invited);
  deps.assets.registerWatchers(VIDEO_PREFIX, createMayWatch());
  deps.registerAttachedRooms('video', async (zone, principal, videoId) => {
    if (!zone.zone.features.includes('video')) return 'none';
    try {
      const { standing } = await access.reach(zone, principal, videoId);
      return standing.moderate ? 'moderate' : 'send';
    } catch (error) {
      if (error instanceof MadangError) return 'none';
      throw error;
    }
  });

  return {
    seedVideo: createSeedVideo(deps),
    hasSeeded,
    seedComment: social.seedComment,
    videoActivity: createVideoActivity(deps),
    guestTraces: social.guestTraces,
    module: {
      name: 'video',
      grants: videoGrants,
      routes: [
        ...videoRoutes({
          ...parts,
          lists: new VideoLists({ ...parts, trending }),
          search: createSearchVideos(parts),
          related: createRelatedVideos(parts),
          createVideo: createCreateVideo(deps),
          updateVideo: createUpdateVideo(parts),
          endVideo: createEndVideo(parts),
        }),
        ...videoFileRoutes({ views, files: createVideoFiles(parts) }),
        ...channelRoutes({ channels, editChannel: createEditChannel(parts) }),
        ...feedRoutes({ feeds: createFeeds(parts) }),
        ...social.routes,
      ],
      sockets: [videoNamespace({ access })],
      jobs: [
        job(publishVideos, () => import('./publish-videos.job-handler.ts').then((handler) => handler.createHandler(parts))),
        ...social.jobs,
      ],
      schedules: [everyTenMinutes, ...social.schedules],
      handlers: [
        onEvent({
          event: assetChanged,
          delivery: 'once',
          name: 'video.follow-asset',
          handle: async ({ zone }, change) => followAsset(await zone(), change),
        }),
        onEvent({
          event: videoPublished,
          delivery: 'once',
          name: 'video.tell-subscribers',
          handle: async ({ zone }, published) => tellSubscribers(await zone(), published),
        }),
        onEvent({
          event: videoChanged,
          delivery: 'every-node',
          name: 'video.drop-changed',
          handle: ({ zoneId }, { videoId }) => cache.drop(zoneId, videoId),
        }),
        onEvent({
          event: videoDeleted,
          delivery: 'every-node',
          name: 'video.drop-deleted',
          handle: async ({ zoneId }, { videoId }) => {
            cache.drop(zoneId, videoId);
            await trending.drop(zoneId);
          },
        }),
        onEvent({
          event: channelChanged,
          delivery: 'every-node',
          name: 'video.drop-channel',
          handle: ({ zoneId }, { channelId }) => cache.dropChannel(zoneId, channelId),
        }),
        ...social.handlers,
      ],
      ...(social.start !== undefined && { start: () => social.start?.() ?? Promise.resolve() }),
    },
  };
}
