import { type GuestTraces, guestMerged } from '@madang/identity';
import { job, onEvent } from '@madang/kernel';
import { analyticsRoutes } from './analytics.ts';
import { beaconRoutes } from './beacon.routes.ts';
import { BeaconBatch } from './beacon-batch.ts';
import { commentRoutes } from './comment.routes.ts';
import { createCommentChanges } from './comment-change.ts';
import { createListComments } from './comment-list.ts';
import { CommentsLive } from './comment-live.ts';
import { videoCommented, videoReplied } from './comment-notifications.ts';
import { createSeedComment, createSendComment, type SeedComment } from './comment-send.ts';
import { createCommentViews } from './comment-views.ts';
import { createHistory, historyRoutes } from './history.ts';
import { createLikeVideo, likeRoutes } from './like.ts';
import { createMembers, memberInvited } from './member.ts';
import { playlistRoutes } from './playlist.routes.ts';
import { createPlaylists } from './playlist.ts';
import { createPlaylistViews } from './playlist-views.ts';
import { guestTraces, mergeGuest } from './social-guest.ts';
import type { Social, SocialDeps } from './social-part.ts';
import { subscriptionRoutes } from './subscription.routes.ts';
import { createSubscriptions } from './subscription.ts';
import { videoChanged, videoDeleted } from './video-events.ts';
import { nightlyViewSweep, sweepViews } from './view-sweep.job.ts';

/** What people do with videos, and what is counted of it. */
export interface SocialPart extends Social {
  /** Guests who wrote, liked, followed or watched: their identities are kept. */
  readonly guestTraces: GuestTraces;
  /** Writes the beacons this node holds; it does so by itself every two seconds and when it closes. */
  flushBeacons(): Promise<void>;
  readonly seedComment: SeedComment;
}

/** Kinds the bell must know. */
export const SOCIAL_NOTIFICATIONS = [videoCommented, videoReplied, memberInvited] as const;

export function createSocial(deps: SocialDeps): SocialPart {
  const batch = new BeaconBatch(deps);
  const views = createCommentViews(deps);
  const live = new CommentsLive({ ...deps, views });
  const comments = { ...deps, views, live };
  const send = createSendComment(comments);
  const subscriptions = createSubscriptions(deps);
  const history = createHistory({ ...deps, flush: (zone) => batch.flush(zone.zone.id) });

  return {
    seedComment: createSeedComment(send),
    routes: [
      ...commentRoutes({
        list: createListComments(comments),
        send,
        changes: createCommentChanges(comments),
      }),
      ...likeRoutes(createLikeVideo(deps)),
      ...subscriptionRoutes({ subscriptions, members: createMembers({ ...deps, live }) }),
      ...playlistRoutes({ playlists: createPlaylists(deps), views: createPlaylistViews(deps) }),
      ...historyRoutes(history),
      ...beaconRoutes({ ...deps, batch }),
      ...analyticsRoutes(deps),
    ],
    jobs: [job(sweepViews, () => import('./view-sweep.job-handler.ts').then((handler) => handler.createHandler(deps)))],
    schedules: [nightlyViewSweep],
    handlers: [
      onEvent({
        event: guestMerged,
        delivery: 'once',
        name: 'video.merge-guest',
        handle: async ({ zone }, merge) => mergeGuest(await zone(), merge),
      }),
      onEvent({
        event: videoChanged,
        delivery: 'once',
        name: 'video.tell-audience',
        handle: async ({ zone }, { videoId }) => live.audienceChanged(await zone(), videoId),
      }),
      onEvent({
        event: videoDeleted,
        delivery: 'once',
        name: 'video.forget-views',
        handle: async ({ zone }, { videoId }) => (await import('./view-sweep.job-handler.ts')).forgetViews(await zone(), videoId),
      }),
    ],
    start: async () => ({
      close: async () => {
        await Promise.all([batch.close(), live.close()]);
      },
    }),
    resumeSeconds: history.resumeSeconds,
    watcher: history.watcher,
    subscription: subscriptions.subscription,
    subscribedChannels: subscriptions.subscribedChannels,
    subscribersToTell: subscriptions.subscribersToTell,
    guestTraces,
    flushBeacons: () => batch.flush(),
  };
}
