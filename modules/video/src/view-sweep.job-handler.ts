import { type Clock, type JobHandler, sql, type ZoneContext } from '@madang/kernel';

const STEP = 5_000;
/** Longer than a half hour counts and than a day needs to end. */
const KEPT_MS = 2 * 86_400_000;

export function createHandler(deps: { clock: Clock }): JobHandler<Record<string, never>> {
  return async ({ zone, signal }) => {
    await zone.db.run(sql('select video.keep_view_months()'));
    const before = new Date(deps.clock.now().getTime() - KEPT_MS);
    await zone.db.run(sql('delete from video.viewer_salts where day < $1::date', before.toISOString().slice(0, 10)));
    for (;;) {
      signal.throwIfAborted();
      const gone = await zone.db.run(
        sql(
          `delete from video.last_views where (zone_id, video_id, viewer) in (
             select zone_id, video_id, viewer from video.last_views where counted_at < $1 order by counted_at limit $2)`,
          before,
          STEP,
        ),
      );
      if (gone < STEP) return;
    }
  };
}

/** What no foreign key takes away with a video. Safe to repeat. */
export async function forgetViews(zone: ZoneContext, videoId: string): Promise<void> {
  for (const table of ['views', 'last_views']) {
    const key = table === 'views' ? 'video_id, view_id, day' : 'video_id, viewer';
    for (;;) {
      const gone = await zone.db.run(
        sql(`delete from video.${table} where (${key}) in (select ${key} from video.${table} where video_id = $1 limit $2)`, videoId, STEP),
      );
      if (gone < STEP) break;
    }
  }
}
