import { type LocalizedText, sql, type ZoneContext, type ZoneId } from '@madang/kernel';
import { LISTED } from './video-rows.ts';
import { watchPath } from './web-paths.ts';

/** What videos tell the city's plan: the newest of each zone. */
export interface VideoActivity {
  highlights(zoneIds: readonly ZoneId[]): Promise<ReadonlyMap<ZoneId, { text: LocalizedText; live: boolean; path: string | null }>>;
}

/** Each zone is read through its own context: nothing here crosses zones but what is public. */
export function createVideoActivity(deps: { zoneContext: (id: ZoneId) => Promise<ZoneContext> }): VideoActivity {
  const highlight = async (zoneId: ZoneId) => {
    const zone = await deps.zoneContext(zoneId);
    if (!zone.zone.features.includes('video')) return undefined;
    const newest = await zone.db.maybeOne(
      sql<{ id: string; title: string }>(
        `select v.id, v.title from video.videos v where ${LISTED} order by v.published_at desc, v.id limit 1`,
      ),
    );
    if (newest === undefined) return undefined;
    const { title } = newest;
    const text: LocalizedText = {
      ko: `새 영상: ${title}`,
      en: `New video: ${title}`,
      ja: `新着動画：${title}`,
      es: `Vídeo nuevo: ${title}`,
    };
    return { text, live: false, path: watchPath(newest.id) };
  };
  return {
    async highlights(zoneIds) {
      const found = await Promise.all(zoneIds.map(async (id) => [id, await highlight(id)] as const));
      return new Map(found.flatMap(([id, value]) => (value === undefined ? [] : [[id, value] as const])));
    },
  };
}
