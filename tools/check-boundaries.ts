// Imports run downward only, and only along declared edges (ARCHITECTURE.md, "Floors").
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const FLOORS = ['platform', 'engines', 'drivers', 'modules', 'apps'] as const;
type Floor = (typeof FLOORS)[number];

/** Which floors a floor may import from. */
const DOWNWARD: Record<Floor, readonly Floor[]> = {
  platform: ['platform'],
  engines: [],
  drivers: ['platform'],
  modules: ['modules', 'engines', 'platform'],
  apps: ['modules', 'drivers', 'platform', 'engines', 'apps'],
};

/** Modules stand on floors of their own; an edge goes strictly down. */
const MODULE_FLOORS: readonly (readonly string[])[] = [
  ['zones', 'audit'],
  ['identity'],
  ['media', 'notifications'],
  ['chat', 'billing', 'exams', 'deploy', 'ops'],
  ['video', 'live', 'labs', 'archive'],
  ['mentoring'],
];
const moduleFloor = (name: string): number => MODULE_FLOORS.findIndex((floor) => floor.includes(name));

interface Workspace {
  name: string;
  folder: string;
  floor: Floor;
  declared: Set<string>;
  exports: Set<string>;
}

function readWorkspaces(): Workspace[] {
  const found: Workspace[] = [];
  for (const floor of FLOORS) {
    let folders: string[] = [];
    try {
      folders = readdirSync(path.join(root, floor));
    } catch {
      continue; // a floor without rooms yet
    }
    for (const folder of folders) {
      const at = path.join(root, floor, folder, 'package.json');
      let manifest: { name: string; exports?: Record<string, string>; dependencies?: object; devDependencies?: object };
      try {
        manifest = JSON.parse(readFileSync(at, 'utf8'));
      } catch {
        continue;
      }
      found.push({
        name: manifest.name,
        folder: path.join(floor, folder),
        floor,
        declared: new Set([...Object.keys(manifest.dependencies ?? {}), ...Object.keys(manifest.devDependencies ?? {})]),
        exports: new Set(Object.keys(manifest.exports ?? {})),
      });
    }
  }
  return found;
}

function* sourceFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!['node_modules', 'build', '.react-router', 'public'].includes(entry.name)) yield* sourceFiles(at);
    } else if (/\.(ts|tsx|mjs)$/.test(entry.name)) yield at;
  }
}

const IMPORT =
  /(?:^|\n)\s*(import|export)(\s+type)?\b[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;

function importsOf(text: string): { specifier: string; typeOnly: boolean }[] {
  return [...text.matchAll(IMPORT)].map((match) => ({
    specifier: match[3] ?? match[4] ?? match[5] ?? '',
    typeOnly: match[2] !== undefined,
  }));
}

const workspaces = readWorkspaces();
const byName = new Map(workspaces.map((workspace) => [workspace.name, workspace]));
const problems: string[] = [];
const moduleEdges = new Map<string, Set<string>>();

for (const workspace of workspaces) {
  for (const file of sourceFiles(path.join(root, workspace.folder))) {
    const where = path.relative(root, file);
    const isTest = /\.test\.tsx?$|\/testing(\.ts|\/)|\/scripts\//.test(where);
    for (const { specifier, typeOnly } of importsOf(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) {
        const target = path.resolve(path.dirname(file), specifier);
        if (!target.startsWith(path.join(root, workspace.folder) + path.sep))
          problems.push(`${where}: reaches into another room with ${specifier}`);
        if (!/\.(ts|tsx|css|json|svg)(\?\w+)?$/.test(specifier) && !specifier.startsWith('./+types/') && workspace.floor !== 'apps')
          problems.push(`${where}: ${specifier} lacks its extension`);
        continue;
      }
      if (specifier.startsWith('node:') || specifier.startsWith('~') || specifier.startsWith('virtual:')) continue;
      const name = specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : (specifier.split('/')[0] ?? '');
      if (name === workspace.name) continue;
      if (
        !workspace.declared.has(name) &&
        !(
          isTest && ['@madang/testing', 'fast-check', 'socket.io-client', 'playwright-core', 'redis', 'pg', 'fastify', 'zod'].includes(name)
        )
      )
        problems.push(`${where}: imports ${name}, which its package.json does not declare`);
      const target = byName.get(name);
      if (target === undefined) continue;
      if (!DOWNWARD[workspace.floor].includes(target.floor) && !isTest)
        problems.push(`${where}: ${workspace.floor} may not import ${target.floor} (${name})`);
      if (workspace.floor === 'drivers' && target.name !== '@madang/kernel' && !isTest)
        problems.push(`${where}: a driver knows the kernel only, not ${name}`);
      const entry = `.${specifier.slice(name.length)}`;
      if (!target.exports.has(entry)) problems.push(`${where}: ${specifier} is not exported by ${name}`);
      if (
        workspace.name === '@madang/web' &&
        target.floor === 'modules' &&
        !(entry === './contract' && typeOnly) &&
        entry !== './timeline' &&
        !isTest
      )
        problems.push(`${where}: the web takes types from ./contract and a pure ./timeline, nothing else (${specifier})`);
      if (workspace.floor === 'modules' && target.floor === 'modules' && !isTest) {
        const from = path.basename(workspace.folder);
        const to = path.basename(target.folder);
        if (moduleFloor(from) === -1) problems.push(`${workspace.folder}: has no floor; add it to MODULE_FLOORS`);
        if (moduleFloor(to) >= moduleFloor(from)) problems.push(`${where}: ${from} may not import ${to}: it does not stand below`);
        if (!moduleEdges.has(from)) moduleEdges.set(from, new Set());
        moduleEdges.get(from)?.add(to);
      }
    }
  }
}

problems.push(...fileCycles());

/** Cycles between files of one room, by their value imports. */
function fileCycles(): string[] {
  const graph = new Map<string, string[]>();
  for (const workspace of workspaces)
    for (const file of sourceFiles(path.join(root, workspace.folder)))
      graph.set(
        file,
        importsOf(readFileSync(file, 'utf8'))
          .filter((found) => !found.typeOnly && found.specifier.startsWith('.'))
          .map((found) => path.resolve(path.dirname(file), found.specifier)),
      );
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (file: string, trail: string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      cycles.push(`cycle: ${[...trail.slice(trail.indexOf(file)), file].map((at) => path.relative(root, at)).join(' → ')}`);
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

if (problems.length > 0) {
  console.error([...new Set(problems)].sort().join('\n'));
  console.error(`${new Set(problems).size} boundary problems`);
  process.exit(1);
}
console.log(`boundaries: ${workspaces.length} rooms, imports run downward, no cycles`);
