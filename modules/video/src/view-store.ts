import { statement, type ZoneContext } from '@madang/kernel';
import { type Beacon, PARTS } from './beacon.ts';
import { type Taken, takeBeacons, type View } from './view.ts';
import type { ViewerKeys } from './viewer-key.ts';

interface ViewRow {
  readonly video_id: string;
  readonly view_id: string;
  readonly day: string;
  readonly viewer: string;
  readonly watch_seconds: number;
  readonly furthest_seconds: number;
  readonly qualities: Readonly<Record<string, number>>;
  readonly stalls: number;
  readonly stalled_seconds: number;
  readonly parts: string;
  readonly beacons: readonly number[];
  readonly verdict: View['verdict'];
}

/**
 * Makes and locks the views in question, in one order on every node; what is told of videos that are gone is left out, and
 * those that are there stay until the end. A view that began yesterday goes on in yesterday's row.
 */
const lockViews = statement<ViewRow, [views: string, videoIds: readonly string[]]>(
  'video.lock_views',
  `insert into video.views as w (zone_id, video_id, view_id, day, viewer, device, referrer, first_at, last_at)
   select madang.zone(), b.video_id, b.view_id, coalesce(
       (select max(o.day) from video.views o where o.video_id = b.video_id and o.view_id = b.view_id
          and o.day between b.day - 2 and b.day), b.day),
     b.viewer, b.device, b.referrer, b.at, b.at
   from jsonb_to_recordset($1::jsonb) b(video_id text, view_id text, viewer text, device text, referrer text, at timestamptz, day date)
   join (select id from video.videos where id = any($2::text[]) order by id for key share) v on v.id = b.video_id
   order by b.video_id, b.view_id
   on conflict (zone_id, video_id, view_id, day) do update set last_at = greatest(w.last_at, excluded.last_at)
   returning w.video_id, w.view_id, w.day::text as day, w.viewer, w.watch_seconds, w.furthest_seconds, w.qualities, w.stalls,
     w.stalled_seconds, w.parts::text as parts, w.beacons, w.verdict`,
);

/**
 * Everything a batch changes. A claim is a view when its viewer was not counted in the half hour before: the row of
 * `last_views` decides, whichever node asks first.
 */
const writeViews = statement<{ views: number }, [views: string, films: string, positions: string]>(
  'video.write_views',
  `with told as (
     select * from jsonb_to_recordset($1::jsonb) t(video_id text, view_id text, day date, viewer text, at timestamptz, claims boolean,
       verdict text, watch_seconds float8, furthest_seconds float8, qualities jsonb, stalls int, stalled_seconds float8, parts text,
       beacons int[])
   ), films as (
     select * from jsonb_to_recordset($2::jsonb) f(video_id text, day date, seconds float8, opened int, parts int[])
   ), won as (
     insert into video.last_views as l (zone_id, video_id, viewer, counted_at)
     select madang.zone(), video_id, viewer, at from told where claims order by video_id, viewer
     on conflict (zone_id, video_id, viewer) do update set counted_at = excluded.counted_at
       where l.counted_at <= excluded.counted_at - interval '30 minutes'
     returning l.video_id, l.viewer, (new.counted_at at time zone 'UTC')::date as day,
       old.counted_at is null or (old.counted_at at time zone 'UTC')::date < (new.counted_at at time zone 'UTC')::date as new_today
   ), kept as (
     update video.views w set watch_seconds = t.watch_seconds, furthest_seconds = t.furthest_seconds, qualities = t.qualities,
       stalls = t.stalls, stalled_seconds = t.stalled_seconds, parts = t.parts::bit(100), beacons = t.beacons,
       verdict = case when t.claims and exists (select from won where won.video_id = t.video_id and won.viewer = t.viewer)
         then 'counted' when t.claims then 'repeated' else t.verdict end
     from told t where w.video_id = t.video_id and w.view_id = t.view_id and w.day = t.day
   ), raised as (
     update video.videos v set views = v.views + c.views from (select video_id, count(*) as views from won group by video_id) c
     where v.id = c.video_id returning v.channel_id, c.views
   ), raised_channels as (
     update video.channels c set views = c.views + r.views
     from (select channel_id, sum(views) as views from raised group by channel_id) r where c.id = r.channel_id
   ), days as (
     insert into video.daily_views as d (zone_id, video_id, day, views, watch_seconds, viewers)
     select madang.zone(), video_id, day, sum(views), sum(seconds), sum(viewers) from (
       select video_id, day, 1 as views, 0 as seconds, new_today::int as viewers from won
       union all select video_id, day, 0, round(seconds)::bigint, 0 from films) a
     group by video_id, day having sum(views) > 0 or sum(seconds) > 0 order by video_id, day
     on conflict (zone_id, day, video_id) do update set views = d.views + excluded.views,
       watch_seconds = d.watch_seconds + excluded.watch_seconds, viewers = d.viewers + excluded.viewers
   ), curves as (
     insert into video.retention as r (zone_id, video_id, views, parts)
     select madang.zone(), video_id, opened, parts from films where parts is not null order by video_id
     on conflict (zone_id, video_id) do update set views = r.views + excluded.views,
       parts = array(select a + b from unnest(r.parts, excluded.parts) with ordinality u(a, b, nth) order by nth)
   ), positions as (
     insert into video.history as h (zone_id, user_id, video_id, position_seconds, watched_at)
     select madang.zone(), p.user_id, p.video_id, p.seconds, p.at
     from jsonb_to_recordset($3::jsonb) p(user_id text, video_id text, seconds float8, at timestamptz) order by p.user_id, p.video_id
     on conflict (zone_id, user_id, video_id) do update set position_seconds = excluded.position_seconds, watched_at = excluded.watched_at
       where h.watched_at <= excluded.watched_at
   )
   select count(*)::int as views from won`,
);

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const keyOf = (videoId: string, viewId: string): string => `${videoId} ${viewId}`;

/** Two statements in one transaction, whatever the number; safe to do again [VI144]. */
export async function storeBeacons(zone: ZoneContext, viewers: ViewerKeys, beacons: readonly Beacon[]): Promise<void> {
  const byView = Map.groupBy(
    [...beacons].sort((a, b) => a.seq - b.seq),
    (beacon) => keyOf(beacon.videoId, beacon.viewId),
  );
  const opened = await Promise.all(
    [...byView.values()].map(async ([first]) => {
      const { videoId, viewId, device, referrer, at } = first as Beacon;
      const viewer = await viewers.of(zone, first as Beacon);
      return { video_id: videoId, view_id: viewId, viewer, device, referrer, at, day: dayOf(at) };
    }),
  );
  const videoIds = [...new Set(beacons.map((beacon) => beacon.videoId))];
  await zone.db.transaction(async (tx) => {
    const rows = await tx.many(lockViews(JSON.stringify(opened), videoIds));
    const changes = rows.flatMap((row) => {
      const told = byView.get(keyOf(row.video_id, row.view_id)) ?? [];
      const taken = takeBeacons(viewOf(row), told);
      return taken.fresh ? { row, taken, at: latestOf(told) } : [];
    });
    if (changes.length === 0) return;
    await tx.run(writeViews(JSON.stringify(viewsOf(changes)), JSON.stringify(filmsOf(changes)), JSON.stringify(positionsOf(changes))));
  });
}

interface Change {
  readonly row: ViewRow;
  readonly taken: Taken;
  readonly at: Date;
}

const latestOf = (beacons: readonly Beacon[]): Date => new Date(Math.max(...beacons.map((beacon) => beacon.at.getTime())));

const viewOf = (row: ViewRow): View => ({
  watchSeconds: row.watch_seconds,
  furthestSeconds: row.furthest_seconds,
  qualities: row.qualities,
  stalls: row.stalls,
  stalledSeconds: row.stalled_seconds,
  parts: row.parts,
  beacons: row.beacons,
  verdict: row.verdict,
});

/** Of several claims of one viewer the first stands. */
function viewsOf(changes: readonly Change[]) {
  const claimed = new Set<string>();
  return changes.map(({ row, taken: { view, claims }, at }) => {
    const key = keyOf(row.video_id, row.viewer);
    const first = claims && !claimed.has(key);
    if (first) claimed.add(key);
    return {
      video_id: row.video_id,
      view_id: row.view_id,
      day: row.day,
      viewer: row.viewer,
      at,
      claims: first,
      verdict: claims && !first ? 'repeated' : view.verdict,
      watch_seconds: view.watchSeconds,
      furthest_seconds: view.furthestSeconds,
      qualities: view.qualities,
      stalls: view.stalls,
      stalled_seconds: view.stalledSeconds,
      parts: view.parts,
      beacons: view.beacons,
    };
  });
}

/** Seconds by video and day; the hundredths of a video stand with its first day. */
function filmsOf(changes: readonly Change[]) {
  const films = [];
  for (const [videoId, ofVideo] of Map.groupBy(changes, ({ row }) => row.video_id)) {
    let parts: number[] | null = null;
    let opened = 0;
    for (const { taken } of ofVideo) {
      if (taken.opened) opened++;
      for (const part of taken.newParts) {
        parts ??= Array<number>(PARTS).fill(0);
        parts[part] = (parts[part] ?? 0) + 1;
      }
    }
    for (const [day, ofDay] of Map.groupBy(ofVideo, ({ at }) => dayOf(at))) {
      films.push({ video_id: videoId, day, seconds: ofDay.reduce((sum, { taken }) => sum + taken.watchedSeconds, 0), opened, parts });
      parts = null;
    }
  }
  return films;
}

/** Where people stopped, the latest of each. */
function positionsOf(changes: readonly Change[]) {
  const latest = new Map<string, { user_id: string; video_id: string; seconds: number; at: Date }>();
  for (const { taken, row } of changes) {
    const beacon = taken.stoppedAt;
    if (beacon?.personId === undefined) continue;
    const key = keyOf(row.video_id, beacon.personId);
    const known = latest.get(key);
    if (known !== undefined && known.at > beacon.at) continue;
    latest.set(key, { user_id: beacon.personId, video_id: row.video_id, seconds: beacon.positionSeconds, at: beacon.at });
  }
  return [...latest.values()];
}
