import { setTimeout as delay } from 'node:timers/promises';
import { HttpConnection } from './http-connection.ts';

/** Asks for a page until it comes, every few milliseconds; resolves to the milliseconds since `since` (of `performance.now`). */
export async function untilPage(port: number, host: string, path: string, since: number, limitMs = 60_000): Promise<number> {
  while (performance.now() - since < limitMs) {
    try {
      const connection = await HttpConnection.open({ port, host });
      const { status } = await connection.ask({ path }).finally(() => connection.close());
      if (status === 200) return performance.now() - since;
    } catch {
      // not listening yet
    }
    await delay(5);
  }
  throw new Error(`no page at ${path} within ${limitMs / 1000} s`);
}
