import type { Acknowledgements, ClientEvents, ServerEvents } from '@madang/chat/contract';

/** The socket as a room uses it. */
export interface RoomLink {
  /** Rejects with `Refused` when the server says no, with `LinkLost` when it said nothing. */
  call<Name extends keyof ClientEvents & keyof Acknowledgements>(event: Name, payload: ClientEvents[Name]): Promise<Acknowledgements[Name]>;
  on<Name extends keyof ServerEvents>(event: Name, listener: (payload: ServerEvents[Name]) => void): () => void;
}

/** The server's answer was no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;
  readonly retryAfterSeconds: number | undefined;

  constructor(refusal: { code: string; message: string; retryAfterSeconds?: number }) {
    super(refusal.message);
    this.code = refusal.code;
    this.retryAfterSeconds = refusal.retryAfterSeconds;
  }
}

/** No answer came: what was asked may have happened or not. */
export class LinkLost extends Error {
  override readonly name = 'LinkLost';
}

interface AcknowledgingSocket {
  timeout(ms: number): { emitWithAck(event: string, payload: unknown): Promise<unknown> };
  // biome-ignore lint/suspicious/noExplicitAny: as Socket.IO types listeners of events it does not know
  on(event: string, listener: (...payload: any[]) => void): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: the same
  off(event: string, listener: (...payload: any[]) => void): unknown;
}
type Answer =
  | ({ ok: true } & Record<string, unknown>)
  | { ok: false; error: { code: string; message: string; retryAfterSeconds?: number } };

const ANSWER_MS = 12_000;

export function linkOf(socket: AcknowledgingSocket): RoomLink {
  return {
    async call(event, payload) {
      const answer = (await socket
        .timeout(ANSWER_MS)
        .emitWithAck(event, payload)
        .catch((cause: unknown) => {
          throw new LinkLost(`no answer to ${event}`, { cause });
        })) as Answer;
      if (!answer.ok) throw new Refused(answer.error);
      return answer as never;
    },
    on(event, listener) {
      socket.on(event, listener);
      return () => void socket.off(event, listener);
    },
  };
}
