import { HttpClient } from '../../tests/harness/http-client.ts';
import type { SignedIn } from '../../tests/harness/start-test-madang.ts';

/** Demo zone of films. */
export const FILM_ZONE = 'piyakast';

let made = 0;

/** Somebody who has just opened an account, as who uploads has one. */
export async function makeCreator(port: number): Promise<SignedIn> {
  const client = new HttpClient(port, `${FILM_ZONE}.localhost`);
  const body = { email: `creator-${process.pid}-${made++}@example.org`, password: 'Courtyard 1, by the gate', name: 'Creator' };
  const answer = await client.ask('/api/v1/auth/register', { body });
  if (answer.status !== 201) throw new Error(`register: ${answer.status} ${answer.text}`);
  const { accessToken, user } = answer.json<{ accessToken: string; user: { id: string } }>();
  return { client, token: accessToken, id: user.id };
}
