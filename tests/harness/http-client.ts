import { type IncomingHttpHeaders, request } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly bytes: Buffer;
  /** The parsed body; throws when it is not JSON. */
  json<T = Record<string, unknown>>(): T;
}

export interface Ask {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** One browser, so to speak: a host it talks to, and a cookie jar for it. Connects to loopback whatever the host's name. */
export class HttpClient {
  readonly cookies = new Map<string, string>();
  readonly host: string;
  readonly #port: number;

  constructor(port: number, host: string) {
    this.#port = port;
    this.host = `${host}:${port}`;
  }

  get origin(): string {
    return `http://${this.host}`;
  }

  ask(path: string, ask: Ask = {}): Promise<Answer> {
    const payload = ask.raw ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body));
    const headers: Record<string, string> = {
      host: this.host,
      ...(this.cookies.size > 0 && { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
      ...(ask.body !== undefined && { 'content-type': 'application/json' }),
      ...(payload !== undefined && { 'content-length': String(Buffer.byteLength(payload)) }),
      ...(ask.token !== undefined && { authorization: `Bearer ${ask.token}` }),
      ...ask.headers,
    };
    const method = ask.method ?? (payload === undefined ? 'GET' : 'POST');
    return new Promise((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: this.#port, path, method, headers, timeout: 20_000, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          for (const cookie of response.headers['set-cookie'] ?? []) this.#keep(cookie);
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, bytes, json: <T>() => JSON.parse(text) as T });
        });
      });
      sent.once('timeout', () => sent.destroy(new Error(`no answer to ${method} ${path} in 20 s`)));
      sent.once('error', reject);
      sent.end(payload);
    });
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';');
    const at = pair.indexOf('=');
    const name = pair.slice(0, at);
    const gone = attributes.some((attribute) => /^\s*max-age=0\s*$/i.test(attribute));
    if (gone) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(at + 1));
  }
}
