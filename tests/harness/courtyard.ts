import { eventually } from '@madang/cache/testing';
import type { Closable } from '@madang/kernel';
import { HttpClient } from './http-client.ts';
import type { SpawnedNode } from './spawn-node.ts';
import { Talker } from './talker.ts';

export const ADMIN = { email: 'keeper@example.org', password: 'Courtyard-1 of many', name: 'Keeper' };

/** The city's first administrator and a public room on the portal of a node that was started with `--no-demo`. */
export interface Courtyard extends Closable {
  readonly roomId: string;
  readonly admin: { readonly client: HttpClient; token: string; readonly id: string };
  readonly talkers: Talker[];
  /** Guests who are in the room, through `port` (the node's own when left out). */
  invite(count: number, random: () => number, port?: number): Promise<Talker[]>;
  /** Resolves when all that was begun is acknowledged and every talker has heard the same. */
  settle(): Promise<void>;
}

/** The token of the one-time link a node has printed, or undefined. */
export function setupToken(node: SpawnedNode): string | undefined {
  return /setup\?token=([A-Za-z0-9_-]{43})\n/.exec(node.stdout())?.[1];
}

export async function openCourtyard(node: SpawnedNode): Promise<Courtyard> {
  const client = node.client();
  const answer = await client.ask('/api/v1/auth/setup', { body: { ...ADMIN, token: setupToken(node) } });
  if (answer.status !== 201) throw new Error(`setup: ${answer.status} ${answer.text}`);
  const { accessToken: token, user } = answer.json<{ accessToken: string; user: { id: string } }>();
  const admin = { client, token, id: user.id };
  const made = await client.ask('/api/v1/rooms', { token, body: { name: '마당', visibility: 'public' } });
  if (made.status !== 201) throw new Error(`room: ${made.status} ${made.text}`);
  const roomId = made.json<{ id: string }>().id;
  const talkers: Talker[] = [];
  return {
    roomId,
    admin,
    talkers,
    async invite(count, random, port = node.port) {
      const invited: Talker[] = [];
      for (let i = 0; i < count; i++) {
        const guest = new HttpClient(port, 'localhost');
        const { accessToken, user } = await signInGuest(guest);
        invited.push(new Talker({ client: guest, token: accessToken, userId: user.id, roomId, random }));
      }
      talkers.push(...invited);
      return invited;
    },
    async settle() {
      await Promise.all(talkers.map((talker) => talker.hush()));
      const head = Math.max(0, ...talkers.flatMap((talker) => [...talker.acked.values()].map(({ seq }) => seq)));
      await eventually(() => {
        const behind = talkers.filter((talker) => talker.heard.length < head);
        if (behind.length > 0) throw new Error(`${behind.length} have not heard all ${head}: ${behind.map((one) => one.heard.length)}`);
      });
    },
    async close() {
      await Promise.all(talkers.map((talker) => talker.close()));
    },
  };
}

export async function signInGuest(client: HttpClient): Promise<{ accessToken: string; user: { id: string } }> {
  const answer = await client.ask('/api/v1/auth/guest', { body: {} });
  if (answer.status !== 201) throw new Error(`guest: ${answer.status} ${answer.text}`);
  return answer.json();
}
