import type { Queries } from '@madang/kernel';
import { reserveStorage } from './file-store.ts';
import { reservePersonStorage } from './upload-usage.ts';

/**
 * Counts what is made of an upload that was let in: whether it fits was asked when the upload began, so this always counts.
 * The person's row first, as everywhere, so that no two transactions wait for each other.
 */
export async function keepStorage(tx: Queries, ownerId: string, bytes: number): Promise<void> {
  await reservePersonStorage(tx, ownerId, bytes, Number.MAX_SAFE_INTEGER);
  await reserveStorage(tx, bytes, Number.MAX_SAFE_INTEGER);
}
