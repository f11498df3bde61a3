import { setTimeout as sleep } from 'node:timers/promises';
import type { Closable } from '@madang/kernel';
import { io, type Socket } from 'socket.io-client';
import type { HttpClient } from './http-client.ts';

/** What every reader must see alike. */
export interface Heard {
  readonly seq: number;
  readonly id: string;
  readonly senderId: string;
  readonly clientId: string;
  readonly body: string;
}
export interface Place {
  readonly id: string;
  readonly seq: number;
}
interface Refusal {
  readonly code: string;
  readonly message: string;
}
type Ack<Body> = ({ ok: true } & Body) | { ok: false; error: Refusal };
interface WireMessage {
  readonly seq: number;
  readonly id: string;
  readonly clientId: string;
  readonly body: string;
  readonly sender: { readonly id: string };
}

/** Refusals of a server that is going, coming or cannot reach its database: ask again. Any other is a fault. */
const PASSING = new Set(['request.unavailable', 'request.timed_out']);
const ACK_LIMIT_MS = 5_000;
/** Longer than any outage a test makes. */
const PATIENCE_MS = 45_000;

export interface TalkerOptions {
  /** A signed-in guest's jar on the room's host. */
  readonly client: HttpClient;
  readonly token: string;
  readonly userId: string;
  readonly roomId: string;
  readonly random: () => number;
}

/**
 * A client as clients should be: every message has a client id and is sent until it is acknowledged, whatever happens in
 * between; what is heard is placed by `seq`, a gap or a new connection asks for the rest.
 */
export class Talker implements Closable {
  readonly userId: string;
  /** Client id → place, of what was acknowledged. */
  readonly acked = new Map<string, Place & { readonly body: string }>();
  /** Heard without a hole from 1. */
  readonly heard: Heard[] = [];
  /** What should never happen, in words. */
  readonly faults: string[] = [];
  reconnects = 0;
  /** Sends that were answered only at a later try. */
  retried = 0;
  readonly #options: TalkerOptions;
  readonly #early = new Map<number, Heard>();
  readonly #lanes: Promise<void>[] = [];
  readonly #socket: Socket;
  #token: string;
  #talking = false;
  #closed = false;
  #sent = 0;
  #catchingUp: Promise<void> | undefined;
  #again = false;

  constructor(options: TalkerOptions) {
    this.#options = options;
    this.userId = options.userId;
    this.#token = options.token;
    const [host = '', port = ''] = options.client.host.split(':');
    this.#socket = io(`http://127.0.0.1:${port}/chat`, {
      path: '/ws',
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 20,
      reconnectionDelayMax: 150,
      timeout: 3_000,
      extraHeaders: { host: `${host}:${port}` },
      auth: (answer) => answer({ token: this.#token }),
    });
    this.#socket.on('connect', () => {
      this.reconnects++;
      this.#catchUp();
    });
    // A refused handshake does not come back by itself, a lost transport does.
    this.#socket.on('connect_error', (error: Error & { data?: Refusal }) => void this.#comeBack(error));
    this.#socket.on('message:new', (message: WireMessage & { roomId: string }) => {
      if (message.roomId === options.roomId) this.#hear(message);
    });
    this.#socket.on('session:ended', ({ reason }: { reason: string }) => this.faults.push(`the session ended: ${reason}`));
  }

  /** Sends in `lanes` at once, with pauses up to `pauseMs`, until `hush`. */
  talk(lanes: number, pauseMs: number): void {
    this.#talking = true;
    for (let lane = 0; lane < lanes; lane++) {
      this.#lanes.push(
        (async () => {
          while (this.#talking) {
            await this.say(`${this.userId} says line ${this.#sent} 마당에서`);
            await sleep(this.#options.random() * pauseMs);
          }
        })(),
      );
    }
  }

  /** Begins nothing new; resolves when all that was begun is acknowledged. */
  async hush(): Promise<void> {
    this.#talking = false;
    await Promise.all(this.#lanes.splice(0));
  }

  /** Sends one message until it is acknowledged; undefined when it is refused for good, or the talker closed. */
  async say(body: string): Promise<Place | undefined> {
    const clientId = `${this.userId.slice(-6)}-${this.#sent++}`;
    const { roomId } = this.#options;
    const end = performance.now() + PATIENCE_MS;
    for (let attempt = 0; !this.#closed; attempt++) {
      if (performance.now() > end) {
        this.faults.push(`${clientId} was not acknowledged within ${PATIENCE_MS / 1000} s`);
        return undefined;
      }
      const ack = await this.#ask<Place>('message:send', { roomId, clientId, body });
      if (ack?.ok === true) {
        const { id, seq } = ack;
        this.acked.set(clientId, { id, seq, body });
        if (attempt > 0) this.retried++;
        return { id, seq };
      }
      if (ack !== undefined && !PASSING.has(ack.error.code)) {
        this.faults.push(`a send was refused with ${ack.error.code}: ${ack.error.message}`);
        return undefined;
      }
      await sleep(10 + this.#options.random() * 40);
    }
    return undefined;
  }

  /** Opens the room again without a new connection, as a client does that suspects it missed something. */
  refresh(): void {
    this.#catchUp();
  }

  get connected(): boolean {
    return this.#socket.connected;
  }

  /** The TCP connection under the socket, for tests that stop reading from it. */
  get wire(): { pause(): void; resume(): void } {
    const { engine } = this.#socket.io as unknown as { engine: { transport: { ws: { pause(): void; resume(): void } } } };
    return engine.transport.ws;
  }

  /** Gives up what is not acknowledged. */
  async close(): Promise<void> {
    this.#talking = false;
    this.#closed = true;
    this.#socket.disconnect();
    await Promise.all(this.#lanes.splice(0));
  }

  /** The acknowledgement, or undefined when none came. */
  async #ask<Body>(event: string, payload: unknown): Promise<Ack<Body> | undefined> {
    if (!this.#socket.connected) return undefined;
    try {
      return (await this.#socket.timeout(ACK_LIMIT_MS).emitWithAck(event, payload)) as Ack<Body>;
    } catch {
      return undefined;
    }
  }

  async #comeBack({ data }: { data?: Refusal }): Promise<void> {
    if (data === undefined) return; // the library tries again
    if (data.code === 'request.unauthenticated') {
      const answer = await this.#options.client.ask('/api/v1/auth/refresh', { method: 'POST' }).catch(() => undefined);
      if (answer?.status === 200) this.#token = answer.json<{ accessToken: string }>().accessToken;
      else if (answer !== undefined && answer.status < 500) this.faults.push(`the session could not be refreshed: ${answer.text}`);
    } else if (!PASSING.has(data.code)) this.faults.push(`the handshake was refused with ${data.code}`);
    await sleep(50);
    if (!this.#closed) this.#socket.connect();
  }

  /** One at a time; what asks meanwhile is served by one more round. */
  #catchUp(): void {
    this.#again = true;
    this.#catchingUp ??= this.#readRest().finally(() => {
      this.#catchingUp = undefined;
    });
  }

  async #readRest(): Promise<void> {
    while (this.#again && this.#socket.connected) {
      this.#again = false;
      const ack = await this.#ask<{ seq: number; messages: WireMessage[]; more: boolean }>('room:join', {
        roomId: this.#options.roomId,
        after: this.heard.length,
      });
      if (ack === undefined || !ack.ok) {
        if (ack !== undefined && !PASSING.has(ack.error.code)) this.faults.push(`the room was refused with ${ack.error.code}`);
        await sleep(30);
        this.#again = true;
        continue;
      }
      const before = this.heard.length;
      for (const message of ack.messages) this.#hear(message, true);
      if (ack.more) this.#again = true;
      else if (this.heard.length < ack.seq && this.heard.length === before) {
        this.faults.push(`the room's head is ${ack.seq}, but after ${before} it gives nothing more`);
        return;
      }
    }
  }

  #hear({ seq, id, clientId, body, sender }: WireMessage, asked = false): void {
    const message: Heard = { seq, id, clientId, body, senderId: sender.id };
    const known = this.heard[seq - 1] ?? this.#early.get(seq);
    if (known !== undefined) {
      if (JSON.stringify(known) !== JSON.stringify(message)) {
        this.faults.push(`place ${seq} was ${JSON.stringify(known)} and then ${JSON.stringify(message)}`);
      }
      return;
    }
    this.#early.set(seq, message);
    for (let next = this.#early.get(this.heard.length + 1); next !== undefined; next = this.#early.get(this.heard.length + 1)) {
      this.#early.delete(next.seq);
      this.heard.push(next);
    }
    if (this.#early.size > 0 && !asked) this.#catchUp();
  }
}
