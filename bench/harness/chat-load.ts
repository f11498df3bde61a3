/** A process of chat clients: it opens sockets, joins rooms, sends at an even pace and counts what arrives. */
import { setTimeout as delay } from 'node:timers/promises';
import { percentile } from './figures.ts';
import { answerAsks } from './processes.ts';
import { SocketConnection, type SocketTarget } from './socket-connection.ts';

export interface Seat {
  readonly port: number;
  readonly token?: string | undefined;
  readonly room: string;
}
export interface ConnectInput {
  readonly seats: readonly Seat[];
  readonly host: string;
  readonly path: string;
  readonly namespace: string;
  /** Local addresses to come from, in turn: one address has 28,000 ports to a server. */
  readonly sources: readonly string[];
  /** Sockets that are being opened at once. */
  readonly atOnce: number;
}
export interface RunInput {
  /** Messages per second over all rooms, each room in turn. */
  readonly perSecond: number;
  readonly seconds: number;
  /** People of each room who speak, in turn; the others listen. */
  readonly speakers: number;
}
export interface RunResult {
  readonly sent: number;
  readonly stored: number;
  readonly delivered: number;
  /** From sending to the arrival at a member, ms. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** Frames that came to a socket out of the room's order. */
  readonly disordered: number;
}
export interface ConnectResult {
  readonly sockets: number;
  readonly seconds: number;
}

interface Member {
  readonly connection: SocketConnection;
  readonly room: string;
  lastSeq: number;
}

const TICK_MS = 5;
const SETTLE_MS = 15_000;
/** Latency is read off every so-manieth delivery: reading costs the machine that is measured. */
const SAMPLE_EVERY = 16;
const STAMP = Buffer.from('"body":"at ');
const SEQ = Buffer.from('"seq":');
const STAMP_LENGTH = 17;
const TEXT = '마당에서 만나요. The courtyard is open, come in and say what you think of it.';

let members: Member[] = [];
let options: ConnectInput | undefined;
let byRoom: Member[][] = [];
let mark: Buffer = Buffer.alloc(0);
let delivered = 0;
let disordered = 0;
let latencies: number[] = [];
let named = 0;

const now = (): number => performance.timeOrigin + performance.now();

function receive(member: Member, bytes: Buffer, start: number): void {
  // `2/chat,["message:new",{…`: anything else is presence and the like
  if (bytes.compare(mark, 0, mark.length, start, start + mark.length) !== 0) return;
  delivered++;
  const from = start + mark.length;
  const seqAt = bytes.indexOf(SEQ, from) + SEQ.length;
  let seq = 0;
  for (let at = seqAt, digit = bytes[at] as number; digit >= 48 && digit <= 57; digit = bytes[++at] as number) seq = seq * 10 + digit - 48;
  if (seq <= member.lastSeq) disordered++;
  member.lastSeq = seq;
  if (delivered % SAMPLE_EVERY !== 0) return;
  const at = bytes.indexOf(STAMP, from) + STAMP.length;
  latencies.push(now() - Number(bytes.toString('latin1', at, at + STAMP_LENGTH)));
}

async function open(seat: Seat, source: string | undefined, after?: number): Promise<Member> {
  if (options === undefined) throw new Error('connect first');
  const target: SocketTarget = {
    port: seat.port,
    host: options.host.replace(/:\d+$/, `:${seat.port}`),
    path: options.path,
    namespace: options.namespace,
    source,
  };
  const connection = await SocketConnection.open(target, seat.token);
  const member: Member = { connection, room: seat.room, lastSeq: 0 };
  connection.onEvent = (bytes, start) => receive(member, bytes, start);
  const answer = (await connection.emit('room:join', { roomId: seat.room, ...(after !== undefined && { after }) })) as { ok: boolean };
  if (answer.ok !== true) throw new Error(`room:join was refused: ${JSON.stringify(answer)}`);
  return member;
}

async function openAll(input: ConnectInput, after?: number): Promise<ConnectResult> {
  options = input;
  mark = Buffer.from(`2${input.namespace === '' ? '' : `${input.namespace},`}["message:new"`);
  const started = performance.now();
  const opened: Member[] = new Array(input.seats.length);
  let next = 0;
  const opener = async () => {
    for (let at = next++; at < input.seats.length; at = next++) {
      opened[at] = await open(input.seats[at] as Seat, input.sources[at % input.sources.length], after);
    }
  };
  await Promise.all(Array.from({ length: input.atOnce }, opener));
  members = opened;
  byRoom = [...Map.groupBy(members, (member) => member.room).values()];
  return { sockets: members.length, seconds: (performance.now() - started) / 1000 };
}

async function run({ perSecond, seconds, speakers }: RunInput): Promise<RunResult> {
  delivered = 0;
  disordered = 0;
  latencies = [];
  let sent = 0;
  let stored = 0;
  let expected = 0;
  const started = performance.now();
  const failures: string[] = [];
  for (;;) {
    const elapsed = performance.now() - started;
    if (elapsed >= seconds * 1000) break;
    for (; sent < (elapsed / 1000) * perSecond; sent++) {
      const room = byRoom[sent % byRoom.length] as Member[];
      const sender = room[Math.floor(sent / byRoom.length) % Math.min(room.length, speakers)] as Member;
      expected += room.length;
      const stamp = now().toFixed(3).padEnd(STAMP_LENGTH, '0');
      const message = { roomId: sender.room, clientId: `m${process.pid}-${named++}`, body: `at ${stamp} ${TEXT}` };
      void sender.connection.emit('message:send', message).then((answer) => {
        if ((answer as { ok?: boolean }).ok === true) stored++;
        else failures.push(JSON.stringify(answer));
      });
    }
    await delay(TICK_MS);
  }
  const end = performance.now() + SETTLE_MS;
  while ((stored + failures.length < sent || delivered < expected) && performance.now() < end) await delay(20);
  if (failures.length > 0) throw new Error(`${failures.length} of ${sent} messages were refused, the first: ${failures[0]}`);
  if (delivered !== expected || stored !== sent) throw new Error(`${delivered} of ${expected} deliveries, ${stored} of ${sent} stored`);
  return {
    sent,
    stored,
    delivered,
    disordered,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    p99: percentile(latencies, 0.99),
  };
}

function closeAll(): void {
  for (const { connection } of members) connection.close();
  members = [];
}

answerAsks({
  connect: (input: ConnectInput) => openAll(input),
  run,
  close: closeAll,
  reconnect: async () => {
    if (options === undefined) throw new Error('connect first');
    closeAll();
    return openAll(options, 0);
  },
});
