import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ConfigurationError } from './config.ts';

/**
 * The secret everything else is derived from: as configured, or made at first start and kept in the data folder, readable
 * by its owner only. At least 32 bytes.
 */
export async function loadSecret(configured: string | null, dataDir: string): Promise<Buffer> {
  if (configured !== null) return Buffer.from(configured, 'utf8');
  const file = path.join(dataDir, 'secret');
  try {
    // Two starts at once: the one that is late finds the file and reads it.
    await writeFile(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const text = (await readFile(file, 'utf8')).trim();
  if (text.length < 32) {
    throw new ConfigurationError(
      `${file} is damaged: restore it from a backup; docs/runbooks/rotate-secret.md says what to do where there is none`,
    );
  }
  return Buffer.from(text, 'utf8');
}
