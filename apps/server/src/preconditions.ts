import { accessSync, constants, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { ConfigurationError } from './config.ts';

/** The data folder as an absolute path, made when missing. Throws `ConfigurationError` where it cannot be written. */
export function prepareDataDir(folder: string): string {
  const at = path.resolve(folder);
  try {
    mkdirSync(at, { recursive: true });
    accessSync(at, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new ConfigurationError(
      `the data folder ${at} cannot be written (${(error as NodeJS.ErrnoException).code}): give --data a folder you own, or change its permissions`,
    );
  }
  return at;
}

/** Looks before the database is started, so that a busy port costs no waiting. Throws `ConfigurationError`. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen({ host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    throw listenError(error, host, port);
  } finally {
    await new Promise<void>((resolve) => probe.close(() => resolve()));
  }
}

export function listenError(error: unknown, host: string, port: number): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new ConfigurationError(`port ${port} on ${host} is in use: stop what listens there, or choose another with --port`);
    case 'EACCES':
      return new ConfigurationError(`port ${port} may not be opened by this user: choose one above 1023 with --port`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ConfigurationError(`${host} is not an address of this machine: correct --host (127.0.0.1, or 0.0.0.0 for all)`);
    default:
      return error;
  }
}
