import { type Clock, fail, type Principal, type Queries, sql, statement, type ZoneContext } from '@madang/kernel';
import { cursorOf, type Page, pageOf, timePlaceOf } from './list-cursor.ts';
import type { Channels, Social } from './social-part.ts';
import { videoErrors } from './video-errors.ts';
import type { Channel, ChannelCard } from './wire.ts';

/** `xmax` is 0 for a row that was made, not for one that was there. */
const subscribe = statement<{ id: string }, [channelId: string, personId: string, notify: boolean, at: Date]>(
  'video.subscribe',
  `with kept as (
     insert into video.subscriptions as s (zone_id, channel_id, user_id, notify, created_at)
     select madang.zone(), c.id, $2, $3, $4 from (select id from video.channels where id = $1 for key share) c
     on conflict (zone_id, channel_id, user_id) do update set notify = excluded.notify returning channel_id, xmax = 0 as fresh
   )
   update video.channels c set subscribers = c.subscribers + 1 from kept where c.id = kept.channel_id and kept.fresh`,
);
const unsubscribe = statement<{ id: string }, [channelId: string, personId: string]>(
  'video.unsubscribe',
  `with gone as (delete from video.subscriptions where channel_id = $1 and user_id = $2 returning channel_id)
   update video.channels c set subscribers = c.subscribers - 1 from gone where c.id = gone.channel_id`,
);
const subscriptionOf = statement<{ notify: boolean }, [channelId: string, personId: string]>(
  'video.subscription_of',
  'select notify from video.subscriptions where channel_id = $1 and user_id = $2',
);
const subscriptionPage = statement<
  { channel_id: string; created_at: Date },
  [personId: string, at: Date | 'infinity', channelId: string, limit: number]
>(
  'video.subscription_page',
  `select channel_id, created_at from video.subscriptions
   where user_id = $1 and (created_at, channel_id) < ($2::timestamptz, $3::text) order by created_at desc, channel_id desc limit $4`,
);

/** The latest of these make the list of new videos. */
const MOST_SUBSCRIPTIONS = 1_000;

export interface Subscriptions extends Pick<Social, 'subscription' | 'subscribedChannels' | 'subscribersToTell'> {
  /** [VI111] Said twice is said once; the second time may change whether the bell rings. */
  set(zone: ZoneContext, principal: Principal, channelId: string, wanted: { notify: boolean } | null): Promise<Channel>;
  /** Channels one is subscribed to, the latest first. */
  list(zone: ZoneContext, principal: Principal, page: { cursor?: string | undefined; limit: number }): Promise<Page<ChannelCard>>;
}

export function createSubscriptions(deps: { channels: Channels; clock: Clock }): Subscriptions {
  return {
    async set(zone, principal, channelId, wanted) {
      const channel = await deps.channels.find(zone.db, channelId);
      if (wanted !== null && channel.ownerId === principal.id) fail(videoErrors.not_allowed, { detail: 'the channel is their own' });
      await zone.db.run(
        wanted === null ? unsubscribe(channel.id, principal.id) : subscribe(channel.id, principal.id, wanted.notify, deps.clock.now()),
      );
      return deps.channels.get(zone, principal, channel.id);
    },

    async list(zone, principal, { cursor, limit }) {
      const from = timePlaceOf(cursor);
      const found = await zone.db.many(subscriptionPage(principal.id, from?.at ?? 'infinity', from?.id ?? '', limit + 1));
      const { rows, next } = pageOf(found, limit, (last) => cursorOf(last.created_at.getTime(), last.channel_id));
      const cards = await deps.channels.cardsOf(
        zone,
        rows.map((row) => row.channel_id),
      );
      return { items: rows.flatMap((row) => cards.get(row.channel_id) ?? []), next };
    },

    async subscription(zone, userId, channelId) {
      const row = await zone.db.maybeOne(subscriptionOf(channelId, userId));
      return { subscribed: row !== undefined, notify: row?.notify ?? false };
    },

    async subscribedChannels(zone, userId) {
      const rows = await zone.db.many(subscriptionPage(userId, 'infinity', '', MOST_SUBSCRIPTIONS));
      return rows.map((row) => row.channel_id);
    },

    async subscribersToTell(db: Queries, channelId, membersOnly) {
      const rows = await db.many(
        sql<{ user_id: string }>(
          `select s.user_id from video.subscriptions s where s.channel_id = $1 and s.notify
           and (not $2 or exists (select from video.channel_members m where m.channel_id = $1 and m.user_id = s.user_id))
           order by s.user_id`,
          channelId,
          membersOnly,
        ),
      );
      return rows.map((row) => row.user_id);
    },
  };
}
