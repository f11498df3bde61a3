import pg from 'pg';
import type { Talker } from './talker.ts';

interface StoredRow {
  readonly seq: string;
  readonly sender_id: string;
  readonly client_id: string;
  readonly body: string;
}

/** What a room holds against what its people were told; every list is empty when nothing was lost or doubled. */
export interface RoomAudit {
  readonly acked: number;
  /** Of the acknowledged, those stored once at the place that was acknowledged. */
  readonly found: number;
  readonly stored: number;
  readonly lost: readonly string[];
  /** Client ids that one sender has twice. */
  readonly doubled: readonly string[];
  /** Places from 1 to the head that nothing stands at, or two. */
  readonly holes: readonly number[];
  /** Where a reader's room differs from what is stored, and everything the talkers found wrong. */
  readonly faults: readonly string[];
}

/** Reads the room behind the server's back, as the owner of the database. */
export async function auditRoom(ownerUrl: string, roomId: string, talkers: readonly Talker[]): Promise<RoomAudit> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  let rows: StoredRow[];
  let head: number;
  try {
    rows = (await client.query('select seq, sender_id, client_id, body from chat.messages where room_id = $1 order by seq', [roomId])).rows;
    head = Number((await client.query('select seq from chat.rooms where id = $1', [roomId])).rows[0]?.seq);
  } finally {
    await client.end();
  }
  const holes: number[] = [];
  for (let place = 1; place <= Math.max(head, rows.length); place++) if (Number(rows[place - 1]?.seq) !== place) holes.push(place);

  const places = new Map<string, StoredRow[]>();
  for (const row of rows) {
    const key = `${row.sender_id} ${row.client_id}`;
    places.set(key, [...(places.get(key) ?? []), row]);
  }
  const doubled = [...places].filter(([, same]) => same.length > 1).map(([key]) => key);

  const lost: string[] = [];
  const faults = talkers.flatMap((talker) => talker.faults.map((fault) => `${talker.userId}: ${fault}`));
  let acked = 0;
  for (const { userId, acked: told, heard } of talkers) {
    acked += told.size;
    for (const [clientId, { seq, body }] of told) {
      const row = places.get(`${userId} ${clientId}`)?.[0];
      if (row === undefined || Number(row.seq) !== seq || row.body !== body) {
        lost.push(`${userId} ${clientId} at ${seq}${row === undefined ? '' : `, stands at ${row.seq}`}`);
      }
    }
    const differs = rows.findIndex(({ seq, sender_id, client_id, body }, index) => {
      const message = heard[index];
      return message?.seq !== Number(seq) || message.senderId !== sender_id || message.clientId !== client_id || message.body !== body;
    });
    if (differs >= 0 || heard.length !== rows.length) {
      faults.push(`${userId} has ${heard.length} of ${rows.length} messages, the first that differs at place ${differs + 1}`);
    }
  }
  return { acked, found: acked - lost.length, stored: rows.length, lost, doubled, holes, faults };
}

/** The audit of a room in which nothing went wrong. */
export const cleanAudit = ({ acked, stored }: RoomAudit): RoomAudit => ({
  acked,
  found: acked,
  stored,
  lost: [],
  doubled: [],
  holes: [],
  faults: [],
});
