/** A process that uploads by tus 1.0: one file in pieces, one after another, over one kept-alive connection. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { answerAsks } from './processes.ts';

export interface UploadLoad {
  readonly port: number;
  readonly host: string;
  readonly token?: string;
  readonly bytes: number;
  /** Of one request. */
  readonly pieceBytes: number;
}
export interface UploadResult {
  /** From the first piece to the last answer, s. */
  readonly seconds: number;
  readonly path: string;
}

const WRITE_BYTES = 1024 * 1024;
/** The same bytes again and again: neither side looks at them. */
const content = Buffer.alloc(WRITE_BYTES, 'a courtyard full of films, ');

/** Answers carry no bodies here. */
class TusConnection {
  readonly #socket: Socket;
  readonly #load: UploadLoad;
  #head = '';
  #waiting: PromiseWithResolvers<string> | undefined;

  private constructor(socket: Socket, load: UploadLoad) {
    this.#socket = socket;
    this.#load = load;
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.#head += text;
      if (!this.#head.includes('\r\n\r\n')) return;
      this.#waiting?.resolve(this.#head);
      this.#head = '';
    });
    socket.on('error', (error) => this.#waiting?.reject(error));
    socket.on('close', () => this.#waiting?.reject(new Error('the server closed the connection')));
  }

  static async open(load: UploadLoad): Promise<TusConnection> {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
    return new TusConnection(socket, load);
  }

  /** The head of the answer. Throws on another status. */
  async ask(method: string, path: string, status: number, headers: readonly string[], body = 0): Promise<string> {
    const { host, token } = this.#load;
    const own = token === undefined ? [] : [`authorization: Bearer ${token}`];
    const lines = [`${method} ${path} HTTP/1.1`, `host: ${host}`, 'tus-resumable: 1.0.0', ...own, ...headers, `content-length: ${body}`];
    this.#waiting = Promise.withResolvers();
    // whatever happens to it is seen below
    this.#waiting.promise.catch(() => undefined);
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    for (let left = body; left > 0; left -= WRITE_BYTES) {
      if (!this.#socket.write(left < WRITE_BYTES ? content.subarray(0, left) : content)) {
        await Promise.race([once(this.#socket, 'drain'), this.#waiting.promise]);
      }
    }
    const head = await this.#waiting.promise;
    if (Number(head.slice(9, 12)) !== status) throw new Error(`${method} ${path}: ${head}`);
    return head;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }
}

async function upload(load: UploadLoad): Promise<UploadResult> {
  const { bytes, pieceBytes } = load;
  const connection = await TusConnection.open(load);
  const created = await connection.ask('POST', '/api/v1/uploads', 201, [
    `upload-length: ${bytes}`,
    'upload-metadata: filename ZmlsbS5tcDQ=',
  ]);
  const location = /\r\nlocation: (\S+)/i.exec(created)?.[1];
  if (location === undefined) throw new Error(`no location: ${created}`);
  const { pathname: path } = new URL(location, 'http://host');
  const started = performance.now();
  for (let at = 0; at < bytes; at += pieceBytes) {
    const piece = Math.min(pieceBytes, bytes - at);
    const head = await connection.ask('PATCH', path, 204, [`upload-offset: ${at}`, 'content-type: application/offset+octet-stream'], piece);
    const offset = /\r\nupload-offset: (\d+)/i.exec(head)?.[1];
    if (Number(offset) !== at + piece) throw new Error(`the server stands at ${offset}, not at ${at + piece}`);
  }
  const seconds = (performance.now() - started) / 1000;
  connection.close();
  return { seconds, path };
}

async function remove(load: UploadLoad & { readonly path: string }): Promise<void> {
  const connection = await TusConnection.open(load);
  await connection.ask('DELETE', load.path, 204, []);
  connection.close();
}

answerAsks({ upload, remove });
