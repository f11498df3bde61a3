import { type PeopleDirectory, type PersonCard, statement, type ZoneContext } from '@madang/kernel';
import type { ChatFiles } from './chat-files.ts';
import type { Message, Person } from './contract.ts';
import { messageId } from './message-id.ts';

export interface MessageRow {
  readonly seq: number;
  readonly rev: number;
  readonly sender_id: string;
  readonly client_id: string;
  readonly body: string;
  readonly reply_to: number | null;
  readonly file_ids: string[] | null;
  readonly mentions: string[] | null;
  readonly created_at: Date;
  readonly edited_at: Date | null;
  readonly deleted_at: Date | null;
  readonly reply: ReplyRow | null;
  readonly reactions: { r: string; n: number; m: boolean }[] | null;
}
export interface ReplyRow {
  /** Sender, first 140 characters, deleted. */
  readonly s: string;
  readonly b: string;
  readonly d: boolean;
}

/** The answered message of room `room` at `place`, as `ReplyRow`; null when retention removed it. */
export const replyColumn = (room: string, place: string): string =>
  `(select jsonb_build_object('s', q.sender_id, 'b', left(q.body, 140), 'd', q.deleted_at is not null)
    from chat.messages q where q.room_id = ${room} and q.seq = ${place})`;

/**
 * Columns of `MessageRow` from `alias`; replies and reactions are looked up only where a message has them. `room` is SQL for
 * the room's id: where that is a value of the statement, the other partitions are left out before it runs.
 */
export const messageColumns = (alias: string, viewer: string, room: string = `${alias}.room_id`): string => {
  const a = alias;
  return `${a}.seq, ${a}.rev, ${a}.sender_id, ${a}.client_id, ${a}.body, ${a}.reply_to, ${a}.file_ids, ${a}.mentions,
  ${a}.created_at, ${a}.edited_at, ${a}.deleted_at,
  case when ${a}.reply_to is not null and ${a}.deleted_at is null then ${replyColumn(room, `${a}.reply_to`)} end as reply,
  case when ${a}.reacted and ${a}.deleted_at is null then (
    select jsonb_agg(jsonb_build_object('r', g.reaction, 'n', g.n, 'm', g.m)) from (
      select x.reaction, count(*) as n, bool_or(x.user_id = ${viewer}) as m
      from chat.reactions x where x.room_id = ${room} and x.seq = ${a}.seq group by x.reaction) g) end as reactions`;
};

const findMessage = statement<MessageRow, [roomId: string, seq: number, viewerId: string]>(
  'chat.find_message',
  `select ${messageColumns('m', '$3', '$1')} from chat.messages m where m.room_id = $1 and m.seq = $2`,
);
const findMessages = statement<MessageRow & { room_id: string }, [roomIds: readonly string[], seqs: readonly number[], viewerId: string]>(
  'chat.find_messages_at',
  `select m.room_id, ${messageColumns('m', '$3')}
   from unnest((select $1::text[]), (select $2::bigint[])) with ordinality w(room_id, seq, place)
   cross join lateral (select * from chat.messages x where x.room_id = w.room_id and x.seq = w.seq) m order by w.place`,
);

/** Who left no card behind. */
const nobody = (id: string): PersonCard => ({ id, name: '', colour: 0, avatarUrl: null, role: 'guest', guest: true });

/** Rows into messages as people see them: senders, files, replies. */
export class MessageViews {
  readonly #people: PeopleDirectory;
  readonly #files: ChatFiles;

  constructor(deps: { people: PeopleDirectory; files: ChatFiles }) {
    this.#people = deps.people;
    this.#files = deps.files;
  }

  async find(zone: ZoneContext, roomId: string, seq: number, viewerId: string): Promise<Message | undefined> {
    const row = await zone.db.maybeOne(findMessage(roomId, seq, viewerId));
    return row === undefined ? undefined : (await this.present(zone, roomId, [row]))[0];
  }

  /** Messages of several rooms, in the order asked; those that are gone are left out. */
  async findAll(zone: ZoneContext, places: readonly { roomId: string; seq: number }[], viewerId: string): Promise<Message[]> {
    if (places.length === 0) return [];
    const rows = await zone.db.many(
      findMessages(
        places.map((place) => place.roomId),
        places.map((place) => place.seq),
        viewerId,
      ),
    );
    return this.presentAll(zone, rows);
  }

  present(zone: ZoneContext, roomId: string, rows: readonly MessageRow[]): Promise<Message[]> {
    return this.#present(zone, rows, () => roomId);
  }

  presentAll(zone: ZoneContext, rows: readonly (MessageRow & { room_id: string })[]): Promise<Message[]> {
    return this.#present(zone, rows, (row) => row.room_id);
  }

  async people(zone: ZoneContext, ids: readonly string[]): Promise<(id: string) => Person> {
    const cards = ids.length === 0 ? new Map<string, PersonCard>() : await this.#people.cards(zone, ids);
    return (id) => cards.get(id) ?? nobody(id);
  }

  async #present<Row extends MessageRow>(zone: ZoneContext, rows: readonly Row[], roomOf: (row: Row) => string): Promise<Message[]> {
    const people = new Set<string>();
    let fileIds: string[] | undefined;
    for (const row of rows) {
      people.add(row.sender_id);
      if (row.reply !== null) people.add(row.reply.s);
      if (row.file_ids !== null) fileIds = fileIds === undefined ? row.file_ids : fileIds.concat(row.file_ids);
    }
    const [person, files] = await Promise.all([
      this.people(zone, [...people]),
      fileIds === undefined ? undefined : this.#files.cards(zone, fileIds),
    ]);
    return rows.map((row) => {
      const roomId = roomOf(row);
      return {
        id: messageId(roomId, row.seq),
        roomId,
        seq: row.seq,
        rev: row.rev,
        clientId: row.client_id,
        sender: person(row.sender_id),
        body: row.body,
        replyTo:
          row.reply === null || row.reply_to === null
            ? null
            : {
                id: messageId(roomId, row.reply_to),
                seq: row.reply_to,
                sender: person(row.reply.s),
                body: row.reply.b,
                deleted: row.reply.d,
              },
        files: row.file_ids === null ? [] : row.file_ids.flatMap((id) => files?.get(id) ?? []),
        mentions: row.mentions ?? [],
        reactions:
          row.reactions === null
            ? []
            : row.reactions.map(({ r, n, m }) => ({ reaction: r, count: n, mine: m })).sort((a, b) => (a.reaction < b.reaction ? -1 : 1)),
        createdAt: row.created_at.toISOString(),
        editedAt: row.edited_at === null ? null : row.edited_at.toISOString(),
        deletedAt: row.deleted_at === null ? null : row.deleted_at.toISOString(),
      };
    });
  }
}
