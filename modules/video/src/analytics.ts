import type { Clock } from '@madang/kernel';
import { fail, mayReach, ok, type Principal, type RouteDefinition, requirePrincipal, statement, type ZoneContext } from '@madang/kernel';
import { DEVICES } from './beacon.ts';
import { videoEndpoints } from './contract.ts';
import type { Channels } from './social-part.ts';
import type { VideoAccess } from './video-access.ts';
import { videoErrors } from './video-errors.ts';
import { mayWatchVideos, videoRoute } from './video-policies.ts';
import type { Analytics } from './wire.ts';

interface FigureRow {
  readonly kind: 'total' | 'day' | 'device' | 'referrer' | 'quality' | 'video';
  readonly name: string;
  readonly title: string | null;
  readonly views: number;
  readonly viewers: number;
  readonly seconds: number;
  readonly counted_seconds: number;
  readonly stalls: number;
}
type Range = [id: string, since: Date, until: Date, offsetMinutes: number];

const SUMS = `coalesce(sum(views), 0)::int as views, coalesce(sum(seconds), 0) as seconds,
  coalesce(sum(counted_seconds), 0) as counted_seconds, coalesce(sum(stalls), 0)::int as stalls`;
/**
 * Every figure of views that began in the range, whose days are those of the offset: views are gathered once by all they are
 * told apart by, and once by viewer and day. `w.day` only narrows months and index.
 */
const figures = (of: string, more = '') => `
  with w as materialized (
    select w.video_id, w.viewer, w.device, w.referrer, w.qualities, w.watch_seconds, w.stalls, w.verdict = 'counted' as counted,
      ((w.first_at at time zone 'UTC') + make_interval(mins => $4::int))::date as on_day
    from video.videos v join video.views w on w.video_id = v.id
      and w.day between ($2::timestamptz at time zone 'UTC')::date - 1 and ($3::timestamptz at time zone 'UTC')::date + 1
      and w.first_at >= $2 and w.first_at < $3
    where ${of}
  ), g as materialized (
    select on_day, device, referrer, video_id, count(*) filter (where counted) as views, sum(watch_seconds) as seconds,
      coalesce(sum(watch_seconds) filter (where counted), 0) as counted_seconds, sum(stalls) as stalls
    from w group by on_day, device, referrer, video_id
  ), u as materialized (select on_day, viewer from w where counted group by on_day, viewer)
  select 'total' as kind, '' as name, null as title, ${SUMS}, (select count(distinct viewer) from u)::int as viewers from g
  union all select 'day', on_day::text, null, ${SUMS}, (select count(*) from u where u.on_day = g.on_day)::int from g group by on_day
  union all select 'device', device, null, ${SUMS}, 0 from g group by device
  union all (select 'referrer', referrer, null, ${SUMS}, 0 from g group by referrer order by 4 desc, 2 limit 20)
  union all (select 'quality', q.key, null, 0, sum(q.value::float8), 0, 0, 0 from w, jsonb_each_text(w.qualities) q
    group by q.key order by 5 desc, 2 limit 20)
  ${more}`;
const TOP = `union all (select 'video', video_id, (select title from video.videos t where t.id = video_id), ${SUMS}, 0 from g
  group by video_id order by 4 desc, 5 desc, 2 limit 10)`;

const videoFigures = statement<FigureRow, Range>('video.figures_of_video', figures('v.id = $1'));
const channelFigures = statement<FigureRow, Range>('video.figures_of_channel', figures('v.channel_id = $1', TOP));

interface GainRow {
  readonly likes: number;
  readonly comments: number;
  readonly subscribers: number;
  readonly opened: number | null;
  readonly parts: number[] | null;
}
type Gained = [videoId: string | null, channelId: string, since: Date, until: Date];
/** Made in the range and still there. The curve is of all time. */
const gained = statement<GainRow, Gained>(
  'video.gained',
  `with v as (select id from video.videos where channel_id = $2 and ($1::text is null or id = $1))
   select
     (select count(*) from video.likes l join v on v.id = l.video_id where l.created_at >= $3 and l.created_at < $4)::int as likes,
     (select count(*) from video.comments c join v on v.id = c.video_id where c.created_at >= $3 and c.created_at < $4
        and c.deleted_at is null and c.hidden_at is null)::int as comments,
     (select count(*) from video.subscriptions s where s.channel_id = $2 and s.created_at >= $3 and s.created_at < $4)::int as subscribers,
     r.views as opened, r.parts
   from (select) one left join video.retention r on r.video_id = $1`,
);

interface Period {
  readonly days: number;
  readonly utcOffsetMinutes: number;
}
const DAY_MS = 86_400_000;

/** [VI150] The last days of someone at this offset, today included: their dates, and the instants between which they lie. */
export function daysOf(now: Date, { days, utcOffsetMinutes }: Period): { since: Date; until: Date; dates: string[] } {
  const offset = utcOffsetMinutes * 60_000;
  const today = Math.floor((now.getTime() + offset) / DAY_MS) * DAY_MS;
  const first = today - (days - 1) * DAY_MS;
  return {
    since: new Date(first - offset),
    until: new Date(today + DAY_MS - offset),
    dates: Array.from({ length: days }, (_, index) => new Date(first + index * DAY_MS).toISOString().slice(0, 10)),
  };
}

/** [VI151] The share of views that watched each hundredth; empty before the first. */
export const retentionOf = (opened: number | null, parts: readonly number[] | null): number[] =>
  parts === null || opened === null || opened === 0
    ? []
    : parts.map((count) => Math.min(1, Math.round((count / opened) * 10_000) / 10_000));

const whole = (seconds: number): number => Math.round(seconds);

function assemble(dates: readonly string[], rows: readonly FigureRow[], gain: GainRow): Analytics {
  const of = (kind: FigureRow['kind']) => rows.filter((row) => row.kind === kind);
  const [total] = of('total');
  const days = new Map(of('day').map((row) => [row.name, row]));
  const views = total?.views ?? 0;
  return {
    from: dates.at(0) ?? '',
    to: dates.at(-1) ?? '',
    views,
    viewers: total?.viewers ?? 0,
    watchSeconds: whole(total?.seconds ?? 0),
    averageSeconds: views === 0 ? 0 : Math.round(((total?.counted_seconds ?? 0) / views) * 10) / 10,
    likes: gain.likes,
    comments: gain.comments,
    subscribers: gain.subscribers,
    stalls: total?.stalls ?? 0,
    days: dates.map((day) => {
      const row = days.get(day);
      return { day, views: row?.views ?? 0, watchSeconds: whole(row?.seconds ?? 0), viewers: row?.viewers ?? 0 };
    }),
    retention: retentionOf(gain.opened, gain.parts),
    devices: of('device')
      .map(({ name, views }) => ({ name: DEVICES.find((device) => device === name) ?? ('other' as const), views }))
      .filter((row) => row.views > 0)
      .sort((a, b) => b.views - a.views),
    referrers: of('referrer')
      .filter((row) => row.views > 0)
      .map(({ name, views }) => ({ name, views })),
    qualities: of('quality').map(({ name, seconds }) => ({ name, watchSeconds: whole(seconds) })),
    top: of('video').map((row) => ({ videoId: row.name, title: row.title ?? '', views: row.views, watchSeconds: whole(row.seconds) })),
  };
}

/** [VI150]–[VI153] Two statements each, for the creator and for who manages the zone's videos. */
export function analyticsRoutes(deps: { access: VideoAccess; channels: Channels; clock: Clock }): RouteDefinition[] {
  const tag = 'analytics';

  async function ofVideo(zone: ZoneContext, principal: Principal, videoId: string, period: Period): Promise<Analytics> {
    const { row, standing } = await deps.access.reach(zone, principal, videoId);
    if (!standing.mine && !standing.edit) fail(videoErrors.not_allowed);
    const { since, until, dates } = daysOf(deps.clock.now(), period);
    const [rows, gain] = await Promise.all([
      zone.db.many(videoFigures(row.id, since, until, period.utcOffsetMinutes)),
      zone.db.one(gained(row.id, row.channel_id, since, until)),
    ]);
    return assemble(dates, rows, gain);
  }

  async function ofChannel(zone: ZoneContext, principal: Principal, channelId: string, period: Period): Promise<Analytics> {
    const channel = await deps.channels.find(zone.db, channelId);
    const mine = channel.ownerId === principal.id;
    if (!mine && !mayReach(principal, 'channel:update', { ownerId: channel.ownerId })) fail(videoErrors.not_allowed);
    const { since, until, dates } = daysOf(deps.clock.now(), period);
    const [rows, gain] = await Promise.all([
      zone.db.many(channelFigures(channel.id, since, until, period.utcOffsetMinutes)),
      zone.db.one(gained(null, channel.id, since, until)),
    ]);
    return assemble(dates, rows, gain);
  }

  return [
    videoRoute(videoEndpoints, 'GET /api/v1/videos/:videoId/analytics', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => ok(await ofVideo(input.zone, requirePrincipal(input), input.params.videoId, input.query)),
    }),
    videoRoute(videoEndpoints, 'GET /api/v1/channels/:channelId/analytics', {
      policy: mayWatchVideos,
      tag,
      handler: async (input) => ok(await ofChannel(input.zone, requirePrincipal(input), input.params.channelId, input.query)),
    }),
  ];
}
