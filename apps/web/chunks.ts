import type { Rolldown } from 'vite';

type Graph = Pick<Rolldown.ChunkingContext, 'getModuleInfo'>;

/** What all pages begin with, and what begins a film beside them: that one waits for nobody. */
const EVERY_PAGE = /\/app\/(root|entry\.client)\.tsx/;
const WATCH_PAGE = /\/app\/features\/video\/watch\/watch-page\.tsx/;
const SHARED = /\/app\/(api|ui|shell)\//;
const FILM = /\/app\/features\/video\/player\/engine\/(early|stream|settings|clock-text|local-positions|signed-path|hls-url)\.ts/;

/** Whether a page cannot begin without this module: it is imported, and not loaded later, by the page or by what the page imports. */
function heldBy(page: RegExp, id: string, graph: Graph): boolean {
  const seen = new Set<string>();
  const waiting = [id];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (page.test(at)) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    waiting.push(...(graph.getModuleInfo(at)?.importers ?? []));
  }
  return false;
}

const pageGroup = (id: string, graph: Graph): string | null => {
  if (heldBy(EVERY_PAGE, id, graph)) return 'frame';
  if (!heldBy(WATCH_PAGE, id, graph)) return null;
  return SHARED.test(id) ? 'parts' : 'watch';
};

/**
 * Few files instead of one for every module that two pages share: a browser asks for six at a time, and each costs it as much as
 * some kilobytes of code. React and the router change seldom and stay cached.
 */
export const chunkGroups: Rolldown.CodeSplittingGroup[] = [
  { name: 'react', test: /node_modules\/(react|react-dom|scheduler|react-router)\//, priority: 3 },
  { name: 'film', test: FILM, priority: 2 },
  { debugName: 'pages', name: pageGroup, priority: 1 },
];
