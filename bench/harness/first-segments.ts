import type { HttpClient } from '../../tests/harness/http-client.ts';
import { query } from './servers.ts';

/** Fetches a master playlist, each rendition's playlist, its initialization and its first segment; how many renditions. */
export async function firstSegments(client: HttpClient, hls: string): Promise<number> {
  const get = async (from: string, to: string) => {
    const path = new URL(to, `http://host${from}`).pathname;
    const answer = await client.ask(path);
    if (answer.status !== 200 || answer.bytes.length === 0) throw new Error(`GET ${path}: ${answer.status}`);
    return { path, text: answer.text };
  };
  const master = await get('/', hls);
  const listed = master.text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const named = [...master.text.matchAll(/URI="([^"]+\.m3u8)"/g)].map((match) => match[1] as string);
  for (const uri of [...listed, ...named]) {
    const playlist = await get(master.path, uri);
    const [, init] = /#EXT-X-MAP:URI="([^"]+)"/.exec(playlist.text) ?? [];
    const [, segment] = /#EXTINF:[\d.]+,\n(\S+)/.exec(playlist.text) ?? [];
    if (init === undefined || segment === undefined) throw new Error(`${playlist.path} has no segment yet`);
    await get(playlist.path, init);
    await get(playlist.path, segment);
  }
  return listed.length + named.length;
}

/** Where the time went, by the database's own words: milliseconds after `clock`, when the last byte was acknowledged. */
export async function makingOf(url: string, assetId: string, clock: number): Promise<string> {
  const rows = await query<{ what: string; at: Date }>(
    url,
    `select 'preparing ' || e.what as what, e.at from jobs.jobs j, lateral (values ('queued', j.created_at), ('begun', j.started_at), ('done', j.finished_at)) e (what, at)
       where j.name = 'media.prepare-asset' and j.payload ->> 'assetId' = $1 and e.at is not null
     union all
     select case j.name when 'media.transcode-sounds' then 'sounds ' else 'first chunk ' end || e.what, e.at
       from jobs.jobs j, lateral (values ('queued', j.created_at), ('begun', j.started_at)) e (what, at)
       where j.name like 'media.transcode-%' and j.payload ->> 'assetId' = $1 and (j.payload ->> 'chunk')::integer <= 0
         and j.payload ->> 'wave' = '0' and e.at is not null
     union all select 'playable', a.playable_at from media.assets a where a.id = $1 and a.playable_at is not null
     order by at`,
    [assetId],
  );
  return rows.map(({ what, at }) => `${what} ${at.getTime() - clock} ms`).join(', ');
}
