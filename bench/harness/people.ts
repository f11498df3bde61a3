import { HttpConnection } from './http-connection.ts';
import { ZONE } from './servers.ts';

export interface Guest {
  readonly id: string;
  readonly token: string;
  /** The session cookie, as a page's request carries it. */
  readonly cookie: string;
}

/** As browsers on the zone's own host say it. */
export const hostOf = (port: number, zone: string = ZONE): string => `${zone}.localhost:${port}`;

const PEOPLE_AT_ONCE = 16;

/** Guests through the front door, a token each. */
export async function makeGuests(port: number, count: number): Promise<Guest[]> {
  const guests: Guest[] = [];
  let made = 0;
  const maker = async () => {
    const connection = await HttpConnection.open({ port, host: hostOf(port) });
    while (made < count) {
      made++;
      const answer = await connection.ask({ method: 'POST', path: '/api/v1/auth/guest', body: '{}' });
      if (answer.status !== 201) throw new Error(`guest: ${answer.status} ${answer.body}`);
      const { accessToken, user } = JSON.parse(answer.body.toString()) as { accessToken: string; user: { id: string } };
      guests.push({ id: user.id, token: accessToken, cookie: /\r\nset-cookie: ([^;]+)/i.exec(answer.head)?.[1] ?? '' });
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: Math.min(PEOPLE_AT_ONCE, count) }, maker));
  return guests;
}

/** Public rooms, opened by `owner`. */
export async function makeRooms(port: number, owner: Guest, count: number): Promise<string[]> {
  const connection = await HttpConnection.open({ port, host: hostOf(port) });
  const rooms: string[] = [];
  for (let at = 0; at < count; at++) {
    const body = JSON.stringify({ name: `bench ${at}`, topic: 'measured', visibility: 'public' });
    const answer = await connection.ask({ method: 'POST', path: '/api/v1/rooms', body, token: owner.token });
    if (answer.status !== 201) throw new Error(`room: ${answer.status} ${answer.body}`);
    rooms.push((JSON.parse(answer.body.toString()) as { id: string }).id);
  }
  connection.close();
  return rooms;
}
