/**
 * Gzip size of the JavaScript a first visit of each route loads: what its HTML names (entry, root, matched routes and everything
 * they import) and the largest language's catalogue. Run after a build; fails above the budget.
 *
 *   node apps/web/scripts/bundle-size.ts [--budget <kB>] [--files]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';

interface ManifestRoute {
  readonly id: string;
  readonly parentId?: string;
  readonly path?: string;
  readonly index?: boolean;
  readonly module: string;
  readonly imports?: readonly string[];
}
interface Manifest {
  readonly entry: { readonly module: string; readonly imports: readonly string[] };
  readonly routes: Readonly<Record<string, ManifestRoute>>;
}

const { values } = parseArgs({ options: { budget: { type: 'string', default: '150' }, files: { type: 'boolean', default: false } } });
const budget = Number(values.budget) * 1000;
const client = join(import.meta.dirname, '../build/client');
const assets = readdirSync(join(client, 'assets'));

function readManifest(): Manifest {
  const name = assets.find((file) => /^manifest-[^.]*\.js$/.test(file));
  if (name === undefined) throw new Error('no build: run `npm run build --workspace @madang/web` first');
  const source = readFileSync(join(client, 'assets', name), 'utf8');
  return JSON.parse(source.slice(source.indexOf('{'), source.lastIndexOf('}') + 1)) as Manifest;
}

const sizes = new Map<string, number>();
function sizeOf(file: string): number {
  const known = sizes.get(file);
  if (known !== undefined) return known;
  const size = gzipSync(readFileSync(join(client, file)), { level: 6 }).length;
  sizes.set(file, size);
  return size;
}

/** Static imports of a chunk, all the way down: the manifest names only those of the first level in some builds. */
function withImports(file: string, seen: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  const source = readFileSync(join(client, file), 'utf8');
  for (const [, name] of source.matchAll(/(?:from|^import|[;}]import)\s*["']\.\/([^"']+\.js)["']/g)) withImports(`/assets/${name}`, seen);
}

const manifest = readManifest();
const catalogues = assets.filter((file) => /^locale-(ko|en|ja|es)-.*\.js$/.test(file)).map((file) => `/assets/${file}`);
const largestCatalogue = catalogues.toSorted((a, b) => sizeOf(b) - sizeOf(a))[0];
if (largestCatalogue === undefined) throw new Error('the build has no catalogue chunks: have they been bundled into the entry?');

let failed = false;
for (const route of Object.values(manifest.routes)) {
  const files = new Set<string>();
  withImports(manifest.entry.module, files);
  for (const file of manifest.entry.imports) withImports(file, files);
  withImports(largestCatalogue, files);
  let path = '';
  for (
    let at: ManifestRoute | undefined = route;
    at !== undefined;
    at = at.parentId === undefined ? undefined : manifest.routes[at.parentId]
  ) {
    withImports(at.module, files);
    for (const file of at.imports ?? []) withImports(file, files);
    if (at.path !== undefined && at.path !== '') path = `/${at.path.replace(/^\//, '')}${path}`;
  }
  const total = [...files].reduce((sum, file) => sum + sizeOf(file), 0);
  const over = total > budget;
  failed ||= over;
  process.stdout.write(
    `${(total / 1000).toFixed(1).padStart(7)} kB  ${over ? 'OVER ' : ''}${path || '/'}${route.id === 'root' ? ' (root)' : ''}\n`,
  );
  if (values.files) {
    for (const file of [...files].sort((a, b) => sizeOf(b) - sizeOf(a)))
      process.stdout.write(`           ${(sizeOf(file) / 1000).toFixed(1).padStart(6)}  ${file}\n`);
  }
}
if (failed) {
  process.stderr.write(`First-visit JavaScript is above ${values.budget} kB gzip: import what is used later with import().\n`);
  process.exitCode = 1;
}
