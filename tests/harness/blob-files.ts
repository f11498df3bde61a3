import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** What lies in the blob store of a data folder: whole objects, and files of puts that have not ended. */
export async function blobFiles(dataDir: string): Promise<{ objects: number; unfinished: number }> {
  const count = async (folder: string): Promise<number> => {
    const entries = await readdir(path.join(dataDir, 'blobs', folder), { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).length;
  };
  return { objects: await count('objects'), unfinished: await count('unfinished') };
}
