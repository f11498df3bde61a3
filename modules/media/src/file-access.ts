import { fail, type Principal, type ZoneContext } from '@madang/kernel';
import type { StoredFile } from './file.ts';
import { findReadyFile } from './file-store.ts';
import { mediaErrors } from './media-errors.ts';

/** Port: says who may read the files of one type of scope. Registered by the module that owns what they are attached to. */
export interface FileAccess {
  mayRead(zone: ZoneContext, principal: Principal, file: StoredFile): Promise<boolean>;
}

export interface AccessRegistry {
  register(scopeType: string, access: FileAccess): void;
  /** The file, for its owner and for those its scope lets in once it is attached; 404 for everyone else. */
  readable(zone: ZoneContext, principal: Principal, fileId: string): Promise<StoredFile>;
}

export function createAccessRegistry(): AccessRegistry {
  const byType = new Map<string, FileAccess>();
  return {
    register(scopeType, access) {
      if (byType.has(scopeType)) throw new TypeError(`access to files of ${scopeType} is decided already`);
      byType.set(scopeType, access);
    },
    async readable(zone, principal, fileId) {
      const file = await findReadyFile(zone.db, fileId);
      if (file === undefined) fail(mediaErrors.file_not_found);
      if (file.ownerId === principal.id) return file;
      const access = byType.get(file.scope.type);
      // No more is said to a stranger than that there is nothing for them.
      if (!file.attached || access === undefined || !(await access.mayRead(zone, principal, file))) fail(mediaErrors.file_not_found);
      return file;
    },
  };
}
