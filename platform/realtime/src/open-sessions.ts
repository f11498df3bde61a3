import type { Authenticator, Closable, Logger, ZoneId } from '@madang/kernel';
import type { SocketMember } from './socket-member.ts';

const TICK_MS = 1_000;

/**
 * Which sockets hang on which session. Looks every session up again in turn, a slice each second, so that one whose
 * ending was not heard (a lost bus message) does not stay open for longer than the round takes.
 */
export class OpenSessions implements Closable {
  readonly #authenticator: Authenticator;
  readonly #logger: Logger;
  readonly #sessions = new Map<string, Set<SocketMember>>();
  readonly #ticks: number;
  readonly #timer: NodeJS.Timeout;
  #round: Iterator<Set<SocketMember>> | undefined;
  #checking: Promise<void> | undefined;

  constructor(options: { authenticator: Authenticator; logger: Logger; roundSeconds: number }) {
    this.#authenticator = options.authenticator;
    this.#logger = options.logger;
    this.#ticks = Math.max(1, Math.round((options.roundSeconds * 1000) / TICK_MS));
    this.#timer = setInterval(() => {
      this.#checking ??= this.#checkSlice().finally(() => {
        this.#checking = undefined;
      });
    }, TICK_MS);
    this.#timer.unref();
  }

  add(member: SocketMember): void {
    const key = sessionKey(member.zone.zone.id, member.sessionId);
    const members = this.#sessions.get(key);
    if (members === undefined) this.#sessions.set(key, new Set([member]));
    else members.add(member);
  }

  remove(member: SocketMember): void {
    const key = sessionKey(member.zone.zone.id, member.sessionId);
    const members = this.#sessions.get(key);
    if (members?.delete(member) && members.size === 0) this.#sessions.delete(key);
  }

  end(zoneId: ZoneId, sessionId: string, reason: string): void {
    for (const member of [...(this.#sessions.get(sessionKey(zoneId, sessionId)) ?? [])]) member.end(reason);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#checking;
  }

  /** A round over the map survives its changes; who came late is in the next round. */
  async #checkSlice(): Promise<void> {
    const slice = Math.ceil(this.#sessions.size / this.#ticks);
    for (let checked = 0; checked < slice; checked++) {
      this.#round ??= this.#sessions.values();
      const next = this.#round.next();
      if (next.done) this.#round = undefined;
      else await this.#check(next.value);
    }
  }

  async #check(members: Set<SocketMember>): Promise<void> {
    const [member] = members;
    if (member === undefined) return;
    try {
      if ((await this.#authenticator.current(member.zone, member.principal)) !== undefined) return;
    } catch (error) {
      this.#logger.warn({ err: error }, 'open sessions could not be looked up; the next round tries again');
      return;
    }
    this.end(member.zone.zone.id, member.sessionId, SESSION_REVOKED);
  }
}

/** Why a session ended when nobody said so. */
export const SESSION_REVOKED = 'revoked';

const sessionKey = (zoneId: ZoneId, sessionId: string): string => `${zoneId}:${sessionId}`;
