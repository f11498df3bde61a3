import pg from 'pg';
import { Exchange, type Outcome, type Prepared, type Step } from './exchange.ts';
import { WireWriter } from './wire-writer.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_DELAY_MS = 10_000;

/** One connection and what it has prepared. Exchanges are sent one after another by the owner of the session. */
export class Session {
  readonly #client: pg.Client;
  readonly #writer = new WireWriter();
  readonly #prepared = new Map<string, Prepared>();
  #lost = false;

  private constructor(client: pg.Client, onLost: (session: Session) => void) {
    this.#client = client;
    const lose = () => {
      if (this.#lost) return;
      this.#lost = true;
      onLost(this);
    };
    client.on('error', lose); // without a listener a dropped idle connection would end the process
    client.on('end', lose);
  }

  /** `onLost` is called once, when the connection is gone for whatever reason. */
  static async open(url: string, onLost: (session: Session) => void): Promise<Session> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'madang',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    });
    const session = new Session(client, onLost);
    await client.connect();
    return session;
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Rejects with pg's `DatabaseError` for what the server refuses; the session stays sound. */
  exchange(steps: readonly Step[]): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#client.query(new Exchange(this.#writer, this.#prepared, steps, resolve, reject));
    });
  }

  /** Statements are prepared anew at their next use. */
  forgetStatements(): void {
    this.#prepared.clear();
  }

  async close(): Promise<void> {
    this.#lost = true;
    await this.#client.end();
  }
}
