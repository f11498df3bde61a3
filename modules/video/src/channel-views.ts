import {
  fail,
  ID_PATTERN,
  type PeopleDirectory,
  type PersonCard,
  type Principal,
  type Queries,
  sql,
  statement,
  type ZoneContext,
} from '@madang/kernel';
import { handleKey } from './channel-handle.ts';
import { cursorOf, type Page, pageOf, placeOf } from './list-cursor.ts';
import type { Channels, Social } from './social-part.ts';
import { videoErrors } from './video-errors.ts';
import type { Channel, ChannelCard } from './wire.ts';

/** A channel as it stands beside its videos. */
export interface ChannelCardRow {
  readonly id: string;
  readonly owner_id: string;
  readonly handle: string;
  readonly name: string;
  readonly subscribers: number;
}

interface ChannelRow extends ChannelCardRow {
  readonly description: string;
  readonly videos: number;
  readonly views: number;
  readonly created_at: Date;
  readonly member: boolean;
}

const cardColumns = 'c.id, c.owner_id, c.handle, c.name, c.subscribers';
const columns = `${cardColumns}, c.description, c.videos, c.views, c.created_at,
  exists (select from video.channel_members m where m.channel_id = c.id and m.user_id = $2) as member`;

const byId = statement<ChannelRow, [id: string, personId: string]>(
  'video.channel_by_id',
  `select ${columns} from video.channels c where c.id = $1`,
);
const byHandle = statement<ChannelRow, [key: string, personId: string]>(
  'video.channel_by_handle',
  `select ${columns} from video.channels c where c.handle_key = $1`,
);
const byOwner = statement<ChannelRow, [ownerId: string, personId: string]>(
  'video.channel_by_owner',
  `select ${columns} from video.channels c where c.owner_id = $1`,
);
const cards = statement<ChannelCardRow, [ids: readonly string[]]>(
  'video.channel_cards',
  `select ${cardColumns} from video.channels c where c.id = any($1::text[])`,
);

/** Screens of channels. Colour and picture are their owner's. */
export class ChannelViews implements Channels {
  readonly #people: PeopleDirectory;
  readonly #social: () => Social;

  constructor(deps: { people: PeopleDirectory; social: () => Social }) {
    this.#people = deps.people;
    this.#social = deps.social;
  }

  async get(zone: ZoneContext, principal: Principal | undefined, channelId: string): Promise<Channel> {
    return this.#present(zone, principal, await zone.db.maybeOne(queryOf(channelId, principal?.id ?? '')));
  }

  /** Throws `video.channel_not_found` before the person has one. */
  async mine(zone: ZoneContext, principal: Principal): Promise<Channel> {
    return this.#present(zone, principal, await zone.db.maybeOne(byOwner(principal.id, principal.id)));
  }

  async find(db: Queries, channelId: string): Promise<{ id: string; ownerId: string; name: string }> {
    const row = await db.maybeOne(queryOf(channelId, ''));
    if (row === undefined) fail(videoErrors.channel_not_found);
    return { id: row.id, ownerId: row.owner_id, name: row.name };
  }

  async cardsOf(zone: ZoneContext, channelIds: readonly string[]): Promise<ReadonlyMap<string, ChannelCard>> {
    if (channelIds.length === 0) return new Map();
    const rows = await zone.db.many(cards([...new Set(channelIds)]));
    return new Map((await this.cardsOfRows(zone, rows)).map((card) => [card.id, card]));
  }

  async cardsOfRows(zone: ZoneContext, rows: readonly ChannelCardRow[]): Promise<ChannelCard[]> {
    const owners = await this.#people.cards(
      zone,
      rows.map((row) => row.owner_id),
    );
    return rows.map((row) => channelCardOf(row, owners.get(row.owner_id)));
  }

  /** The most subscribed first. */
  async list(zone: ZoneContext, query: { cursor?: string | undefined; limit: number }): Promise<Page<ChannelCard>> {
    const place = placeOf(query.cursor, 2);
    const rows = await zone.db.many(
      sql<ChannelCardRow>(
        `select ${cardColumns} from video.channels c
         where c.videos > 0 and ($1::integer is null or c.subscribers < $1 or (c.subscribers = $1 and c.id > $2))
         order by c.subscribers desc, c.id limit $3`,
        place === undefined ? null : Math.trunc(Number(place[0]) || 0),
        String(place?.[1] ?? ''),
        query.limit + 1,
      ),
    );
    const page = pageOf(rows, query.limit, (last) => cursorOf(last.subscribers, last.id));
    return { items: await this.cardsOfRows(zone, page.rows), next: page.next };
  }

  async #present(zone: ZoneContext, principal: Principal | undefined, row: ChannelRow | undefined): Promise<Channel> {
    if (row === undefined) fail(videoErrors.channel_not_found);
    const [owners, subscription] = await Promise.all([
      this.#people.cards(zone, [row.owner_id]),
      principal === undefined ? { subscribed: false, notify: false } : this.#social().subscription(zone, principal.id, row.id),
    ]);
    const mine = principal?.id === row.owner_id;
    return {
      ...channelCardOf(row, owners.get(row.owner_id)),
      ownerId: row.owner_id,
      description: row.description,
      videos: row.videos,
      views: row.views,
      createdAt: row.created_at.toISOString(),
      mine,
      subscribed: subscription.subscribed,
      notify: subscription.notify,
      member: row.member || mine,
    };
  }
}

/** `@handle` or an id; nothing else is looked for. */
function queryOf(channelId: string, personId: string) {
  if (channelId.startsWith('@')) return byHandle(handleKey(channelId.slice(1)), personId);
  if (!ID_PATTERN.test(channelId)) fail(videoErrors.channel_not_found);
  return byId(channelId, personId);
}

export const channelCardOf = (row: ChannelCardRow, owner: PersonCard | undefined): ChannelCard => ({
  id: row.id,
  handle: row.handle,
  name: row.name,
  colour: owner?.colour ?? 0,
  avatarUrl: owner?.avatarUrl ?? null,
  subscribers: row.subscribers,
});
