import { fail, ID_PATTERN, type Principal, requestErrors, statement, type ZoneContext } from '@madang/kernel';
import type { z } from 'zod';
import type { videoEndpoints } from './contract.ts';
import { cursorOf, type Page, pageOf, placeOf } from './list-cursor.ts';
import type { Channels, Social } from './social-part.ts';
import type { Trending } from './trending.ts';
import { seesAll } from './video-access.ts';
import { LISTED, type VideoRow, videoColumns } from './video-rows.ts';
import type { VideoViews } from './video-views.ts';
import type { VideoCard } from './wire.ts';

type Asked = z.output<(typeof videoEndpoints)['GET /api/v1/videos']['query']>;
type Sort = Asked['sort'];
type Source = 'everyone' | 'channel' | 'tag' | 'subscriptions' | 'mine';

/** Columns a list is ordered by; the id breaks ties. `first` stands for the place before the first row. */
const ORDERS: Readonly<Record<Sort | 'made', { by: string; type: string; descending: boolean }>> = {
  newest: { by: 'published_at', type: 'timestamptz', descending: true },
  oldest: { by: 'published_at', type: 'timestamptz', descending: false },
  views: { by: 'views', type: 'bigint', descending: true },
  made: { by: 'created_at', type: 'timestamptz', descending: true },
};

/**
 * One prepared statement for each kind of list and order. `$1` place, `$2` id, `$3` limit, `$4` what the source is of,
 * `$5` the person's id, `$6` whether they see everything, `$7` category or null.
 */
function listStatement(source: Source, order: keyof typeof ORDERS, inCategory: boolean) {
  const { by, type, descending } = ORDERS[order];
  const [way, then] = descending ? ['desc', '<'] : ['asc', '>'];
  const after = (table: string) =>
    `($1::${type} is null or ${table}.${by} ${then} $1::${type} or (${table}.${by} = $1::${type} and ${table}.id ${then} $2::text))`;
  const category = inCategory ? 'and v.category = $7' : 'and $7::text is null';
  const sorted = (table: string) => `order by ${table}.${by} ${way}, ${table}.id ${way} limit $3`;
  const shown = `v.published_at is not null and (v.visibility = 'public' or (v.visibility = 'members' and (v.owner_id = $5 or $6
    or exists (select from video.channel_members m where m.channel_id = v.channel_id and m.user_id = $5))))`;
  const from: Record<Source, string> = {
    everyone: `select v.* from video.videos v
      where ${LISTED} ${category} and ${after('v')} and $4::text[] is null and $5 = $5 and $6 = $6 ${sorted('v')}`,
    channel: `select v.* from video.videos v where v.channel_id = ($4::text[])[1] and ${shown} ${category} and ${after('v')} ${sorted('v')}`,
    tag: `select v.* from video.tags t join video.videos v on v.id = t.video_id
      where t.tag = ($4::text[])[1] and ${LISTED} ${category} and ${after('v')} and $5 = $5 and $6 = $6 ${sorted('v')}`,
    subscriptions: `select n.* from unnest($4::text[]) s(channel_id)
      cross join lateral (select v.* from video.videos v where v.channel_id = s.channel_id and ${shown} ${category} and ${after('v')} ${sorted('v')}) n
      ${sorted('n')}`,
    mine: `select v.* from video.videos v where v.owner_id = $5 ${category} and ${after('v')} and $4::text[] is null and $6 = $6 ${sorted('v')}`,
  };
  return statement<
    VideoRow,
    [
      place: Date | number | null,
      id: string,
      limit: number,
      of: readonly string[] | null,
      personId: string,
      all: boolean,
      category: string | null,
    ]
  >(
    `video.list_${source}_${order}${inCategory ? '_category' : ''}`,
    `select ${videoColumns} from (${from[source]}) v join video.channels c on c.id = v.channel_id order by v.${by} ${way}, v.id ${way}`,
  );
}

/** As tags are compared. */
export const tagKey = (tag: string): string => tag.normalize('NFKC').toLowerCase();

/** Lists of videos [VI30]–[VI34]: by key, so that a page costs the same at any depth. */
export class VideoLists {
  readonly #views: VideoViews;
  readonly #channels: Channels;
  readonly #trending: Trending;
  readonly #social: () => Social;
  /** Statements by kind, made when first asked for. */
  readonly #prepared = new Map<string, ReturnType<typeof listStatement>>();

  constructor(deps: { views: VideoViews; channels: Channels; trending: Trending; social: () => Social }) {
    this.#views = deps.views;
    this.#channels = deps.channels;
    this.#trending = deps.trending;
    this.#social = deps.social;
  }

  async list(zone: ZoneContext, principal: Principal | undefined, asked: Asked): Promise<Page<VideoCard>> {
    if (asked.list === 'trending') return this.#trend(zone, principal, asked);
    if (principal === undefined && asked.list !== 'latest') fail(requestErrors.unauthenticated);
    const source = sourceOf(asked);
    const of = await this.#of(zone, principal, source, asked);
    if (of?.length === 0) return { items: [], next: undefined };
    const order = source === 'mine' && asked.sort === 'newest' ? 'made' : asked.sort;
    const place = placeOf(asked.cursor, 2);
    const { by, type } = ORDERS[order];
    const at = place === undefined ? null : placeValue(type, place[0]);
    const query = this.#listing(source, order, asked.category !== undefined)(
      at,
      String(place?.[1] ?? ''),
      asked.limit + 1,
      of,
      principal?.id ?? '',
      seesAll(principal),
      asked.category ?? null,
    );
    const rows = await zone.db.many(query);
    const page = pageOf(rows, asked.limit, (last) => {
      const value = last[by as 'published_at' | 'created_at' | 'views'];
      return cursorOf(value instanceof Date ? value.getTime() : (value ?? 0), last.id);
    });
    return { items: await this.#views.present(zone, principal, page.rows), next: page.next };
  }

  #listing(source: Source, order: keyof typeof ORDERS, inCategory: boolean): ReturnType<typeof listStatement> {
    const key = `${source} ${order} ${inCategory}`;
    const made = this.#prepared.get(key) ?? listStatement(source, order, inCategory);
    this.#prepared.set(key, made);
    return made;
  }

  async #of(zone: ZoneContext, principal: Principal | undefined, source: Source, asked: Asked): Promise<readonly string[] | null> {
    if (source === 'tag') return [tagKey(asked.tag ?? '')];
    if (source === 'subscriptions') return this.#social().subscribedChannels(zone, principal?.id ?? '');
    if (source !== 'channel') return null;
    const id = asked.channelId ?? '';
    if (id.startsWith('@')) return [(await this.#channels.find(zone.db, id)).id];
    return ID_PATTERN.test(id) ? [id] : [];
  }

  /** Trending is a list of ids made every ten minutes: those that can no longer be seen drop out as it is read. */
  async #trend(zone: ZoneContext, principal: Principal | undefined, asked: Asked): Promise<Page<VideoCard>> {
    const ids = await this.#trending.ids(zone);
    const from = Math.max(0, Math.trunc(Number(placeOf(asked.cursor, 1)?.[0] ?? 0)) || 0);
    const chosen = ids.slice(from, from + asked.limit);
    const cards = await this.#views.cardsOf(zone, principal, chosen);
    const items = chosen.flatMap((id) => {
      const card = cards.get(id);
      return card?.visibility === 'public' && card.publishedAt !== null ? [card] : [];
    });
    return { items, next: from + asked.limit < ids.length ? cursorOf(from + asked.limit) : undefined };
  }
}

function sourceOf(asked: Asked): Source {
  if (asked.list === 'mine' || asked.list === 'subscriptions') return asked.list;
  if (asked.channelId !== undefined) return 'channel';
  return asked.tag === undefined ? 'everyone' : 'tag';
}

function placeValue(type: string, value: string | number | undefined): Date | number {
  const number = Number(value);
  const at = new Date(number);
  if (!Number.isFinite(number) || (type === 'timestamptz' && Number.isNaN(at.getTime()))) {
    fail(requestErrors.invalid, { fields: [{ path: 'query.cursor', code: 'invalid', message: 'not a cursor of this list' }] });
  }
  return type === 'timestamptz' ? at : Math.trunc(number);
}
