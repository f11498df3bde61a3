import { randomBytes } from 'node:crypto';
import { fail, newId, type Queries, sql, statement } from '@madang/kernel';
import { handleFrom, handleKey } from './channel-handle.ts';
import { videoErrors } from './video-errors.ts';

export interface NewChannel {
  readonly ownerId: string;
  readonly name: string;
  /** Made of the name when left out. */
  readonly handle?: string | undefined;
  readonly description?: string | undefined;
}

const findByOwner = statement<{ id: string }, [ownerId: string]>(
  'video.find_channel_of',
  'select id from video.channels where owner_id = $1',
);
const insert = statement<
  { id: string },
  [id: string, ownerId: string, handle: string, key: string, name: string, description: string, now: Date]
>(
  'video.insert_channel',
  `insert into video.channels (zone_id, id, owner_id, handle, handle_key, name, description, created_at)
   values (madang.zone(), $1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
);

const TRIES = 5;

/**
 * The person's channel, made where there is none; `fresh` says so. Two at once agree: the owner is unique, and the loser
 * waits for the winner's commit. Throws `video.handle_taken` for a handle that was asked for.
 */
export async function ensureChannel(tx: Queries, wanted: NewChannel, now: Date): Promise<{ id: string; fresh: boolean }> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const known = await tx.maybeOne(findByOwner(wanted.ownerId));
    if (known !== undefined) return { id: known.id, fresh: false };
    const handle = wanted.handle ?? handleFrom(wanted.name, randomBytes(3).toString('hex'), attempt > 0);
    const id = newId('channel', now.getTime());
    const made = await tx.maybeOne(insert(id, wanted.ownerId, handle, handleKey(handle), wanted.name, wanted.description ?? '', now));
    if (made !== undefined) return { id, fresh: true };
    if (wanted.handle !== undefined && (await tx.maybeOne(findByOwner(wanted.ownerId))) === undefined) fail(videoErrors.handle_taken);
  }
  throw new Error(`no free handle was found for a channel in ${TRIES} tries`);
}

/** False where the handle is another's. */
export async function updateChannelRow(
  tx: Queries,
  channelId: string,
  change: { readonly name: string | null; readonly handle: string | null; readonly description: string | null },
): Promise<boolean> {
  const { handle } = change;
  const key = handle === null ? null : handleKey(handle);
  // A unique violation would end the transaction; the row is locked by nobody else, so look first and let the index decide races.
  if (key !== null) {
    const other = await tx.maybeOne(
      sql<{ id: string }>('select id from video.channels where handle_key = $1 and id <> $2', key, channelId),
    );
    if (other !== undefined) return false;
  }
  await tx.run(
    sql(
      `update video.channels set name = coalesce($2, name), handle = coalesce($3, handle), handle_key = coalesce($4, handle_key),
         description = coalesce($5, description) where id = $1`,
      channelId,
      change.name,
      handle,
      key,
      change.description,
    ),
  );
  return true;
}
