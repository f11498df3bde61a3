import { query } from './servers.ts';

const CHUNK = 250_000;

/**
 * Fills a room with messages of its owner, numbered from 1, straight through SQL: what a year of talk would have left. `seq` and
 * times rise together, as they do when people write.
 */
export async function fillRoom(
  url: string,
  room: { roomId: string; senderId: string; zoneId: string },
  messages: number,
  onProgress: (stored: number) => void = () => {},
): Promise<void> {
  for (let from = 1; from <= messages; from += CHUNK) {
    const to = Math.min(messages, from + CHUNK - 1);
    await query(
      url,
      `insert into chat.messages (zone_id, room_id, seq, sender_id, client_id, body, created_at)
       select $1, $2, n, $3, 'bench-' || lpad(n::text, 9, '0'), 'message ' || n || ' of a long talk in the courtyard, 마당 이야기',
         now() - ($6::bigint - n) * interval '1 second'
       from generate_series($4::bigint, $5::bigint) n`,
      [room.zoneId, room.roomId, room.senderId, from, to, messages],
    );
    onProgress(to);
  }
  await query(url, 'update chat.rooms set seq = $2, last_at = now(), active_at = now() where id = $1', [room.roomId, messages]);
}
