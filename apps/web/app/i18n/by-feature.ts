import type { Tree } from './translator.ts';

/** Catalogue files by the folder that owns them: `../features/chat/i18n/ko.json` is the namespace `chat`. */
export function byFeature(files: Record<string, unknown>): Record<string, Tree> {
  return Object.fromEntries(
    Object.entries(files).map(([path, catalogue]) => {
      const owner = /([^/]+)\/i18n\/[a-z]+\.json$/.exec(path)?.[1];
      if (owner === undefined) throw new Error(`${path} is not <feature>/i18n/<locale>.json`);
      return [owner, catalogue as Tree];
    }),
  );
}
