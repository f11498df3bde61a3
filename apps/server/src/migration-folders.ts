import { readdirSync } from 'node:fs';
import path from 'node:path';

export const PROJECT_ROOT = path.resolve(import.meta.dirname, '../../..');

/** Every room's `migrations` folder; the order over all of them is that of the file names. */
export function migrationFolders(): string[] {
  return ['platform', 'modules'].flatMap((floor) =>
    readdirSync(path.join(PROJECT_ROOT, floor)).map((room) => path.join(PROJECT_ROOT, floor, room, 'migrations')),
  );
}
