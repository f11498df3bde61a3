/**
 * A stock Socket.IO server: memory adapter, WebSocket only, as its documentation shows a chat. It stores nothing, knows
 * nobody and checks nothing; its messages have the shape, and so the bytes, of Madang's.
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer();
const io = new Server(http, { path: '/ws', transports: ['websocket'], serveClient: false });
const sequences = new Map<string, number>();

interface Send {
  readonly roomId: string;
  readonly clientId: string;
  readonly body: string;
}

io.on('connection', (socket) => {
  const sender = { id: `guest_${socket.id}`, name: '하늘다람쥐', colour: 120, avatarUrl: null, role: 'guest', guest: true };
  socket.on('room:join', async ({ roomId }: { roomId: string }, ack: (answer: unknown) => void) => {
    await socket.join(roomId);
    ack({ ok: true });
  });
  socket.on('message:send', ({ roomId, clientId, body }: Send, ack: (answer: unknown) => void) => {
    const seq = (sequences.get(roomId) ?? 0) + 1;
    sequences.set(roomId, seq);
    const id = `${roomId}.${seq}`;
    const createdAt = new Date().toISOString();
    io.to(roomId).emit('message:new', {
      id,
      roomId,
      seq,
      rev: 0,
      clientId,
      sender,
      body,
      replyTo: null,
      files: [],
      mentions: [],
      reactions: [],
      createdAt,
      editedAt: null,
      deletedAt: null,
    });
    ack({ ok: true, id, seq, createdAt });
  });
});

http.listen(Number(process.env.PORT), '127.0.0.1', () => process.stdout.write('ready\n'));
