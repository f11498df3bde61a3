import { appendFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';

const RESULTS = path.resolve(import.meta.dirname, '../results.md');

export const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Fewer rounds than this try something out: their figures are printed and not kept. */
const ROUNDS_KEPT = 3;

/** Prints a figure and adds its line to `results.md`. */
export function record(figure: string): void {
  say(`  ▸ ${figure}`);
  const rounds = process.argv.indexOf('--rounds');
  if (rounds > 0 && Number(process.argv[rounds + 1]) < ROUNDS_KEPT) return;
  const command = ['./madang bench', path.basename(process.argv[1] ?? '', '.bench.ts'), ...process.argv.slice(2)].join(' ');
  const cells = [new Date().toISOString().slice(0, 16).replace('T', ' '), machine(), `\`${command}\``, figure];
  appendFileSync(RESULTS, `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`);
}

/** Processors, memory and runtime: what a figure depends on and nothing that tells whose machine it was. */
function machine(): string {
  const model = (cpus()[0]?.model ?? 'unknown processor')
    .replace(/\((?:R|TM)\)|CPU|Processor/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return `${cpus().length} × ${model}, ${Math.round(totalmem() / 1e9)} GB, Node ${process.versions.node}`;
}
