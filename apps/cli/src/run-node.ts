import { spawn } from 'node:child_process';
import path from 'node:path';

export const PROJECT_ROOT = path.resolve(import.meta.dirname, '../../..');

/** Runs a program in the project's root with this terminal, and resolves to its exit code (1 when a signal ended it). */
export function runProgram(program: string, args: readonly string[], environment: NodeJS.ProcessEnv = process.env): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: PROJECT_ROOT, stdio: 'inherit', env: environment });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

export const runNode = (args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<number> =>
  runProgram(process.execPath, args, environment);
