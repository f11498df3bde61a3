import { type Clock, fail, type Principal, type ZoneContext } from '@madang/kernel';
import type { DeleteFiles } from './delete-files.ts';
import type { FileScope } from './file.ts';
import { findOldAvatars, findReadyFile, markAttached } from './file-store.ts';
import { mediaErrors } from './media-errors.ts';

export const AVATAR_SCOPE = 'avatar';
export const avatarScope = (userId: string): FileScope => ({ type: AVATAR_SCOPE, id: userId });
export const avatarUrl = (fileId: string): string => `/api/v1/avatars/${fileId}`;

/** Fits the port of `identity`: a picture somebody uploaded becomes theirs for good. */
export interface Avatars {
  claim(zone: ZoneContext, principal: Principal, fileId: string): Promise<{ url: string }>;
}

/** Claiming again is fine. The picture before this one stays a while longer, the ones before it go. */
export function createAvatars(clock: Clock, deleteFiles: DeleteFiles): Avatars {
  return {
    async claim(zone, principal, fileId) {
      const file = await findReadyFile(zone.db, fileId);
      if (file === undefined || file.scope.type !== AVATAR_SCOPE || file.ownerId !== principal.id) fail(mediaErrors.file_not_found);
      await zone.db.transaction(async (tx) => {
        await markAttached(tx, [fileId], principal.id, file.scope, clock.now());
        const old = await tx.many(findOldAvatars(principal.id, fileId));
        await deleteFiles(
          tx,
          old.map((each) => each.id),
        );
      });
      return { url: avatarUrl(fileId) };
    },
  };
}
