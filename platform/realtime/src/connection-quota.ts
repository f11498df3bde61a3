import { fail, type Presence, requestErrors, type ZoneId } from '@madang/kernel';

/**
 * How many connections a person has open, over all nodes. A connection counts once, however many namespaces it is in.
 * A node that died gives its connections back when presence clears them.
 */
export async function takeConnection(
  presence: Presence,
  limit: number,
  who: { zoneId: ZoneId; userId: string },
  connection: { connectionId: string; socketId: string },
): Promise<() => Promise<void>> {
  const place = `connections:${who.zoneId}:${who.userId}`;
  await presence.enter(place, connection.connectionId, connection.socketId);
  let held = true;
  const release = async (): Promise<void> => {
    if (!held) return;
    held = false;
    await presence.leave(place, connection.connectionId, connection.socketId);
  };
  if ((await presence.count(place)) > limit) {
    await release();
    fail(requestErrors.rate_limited, { detail: `more than ${limit} open connections` });
  }
  return release;
}
