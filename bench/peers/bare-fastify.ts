/** Fastify and `pg` as their documentation shows them: one prepared query per request, nobody asked who they are. */
import Fastify from 'fastify';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 12 });
const app = Fastify();

interface RoomRequest {
  Params: { roomId: string };
}

app.get<RoomRequest>('/rooms/:roomId', async (request) => {
  const { rows } = await pool.query({
    name: 'find_room',
    text: 'select id, name, topic, seq, members, created_at from bare.rooms where id = $1',
    values: [request.params.roomId],
  });
  return rows[0];
});

app.get<RoomRequest & { Querystring: { limit?: string } }>('/rooms/:roomId/messages', async (request) => {
  const { rows } = await pool.query({
    name: 'list_messages',
    text: `select room_id, seq, sender_id, sender_name, client_id, body, created_at
           from bare.messages where room_id = $1 order by seq desc limit $2`,
    values: [request.params.roomId, Number(request.query.limit ?? 50)],
  });
  return { items: rows };
});

app.post<RoomRequest & { Body: { clientId: string; body: string } }>('/rooms/:roomId/messages', async (request, reply) => {
  const { rows } = await pool.query({
    name: 'add_message',
    text: `with head as (update bare.rooms set seq = seq + 1 where id = $1 returning seq)
           insert into bare.messages (room_id, seq, sender_id, sender_name, client_id, body)
           select $1, head.seq, 'someone', 'Someone', $2, $3 from head
           returning room_id, seq, sender_id, sender_name, client_id, body, created_at`,
    values: [request.params.roomId, request.body.clientId, request.body.body],
  });
  return reply.code(201).send(rows[0]);
});

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
process.stdout.write('ready\n');
