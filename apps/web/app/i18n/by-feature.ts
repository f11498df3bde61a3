import type { ResourceLanguage } from 'i18next';

/** Catalogue files by the folder that owns them: `../features/chat/i18n/ko.json` is the namespace `chat`. */
export function byFeature(files: Record<string, unknown>): ResourceLanguage {
  return Object.fromEntries(
    Object.entries(files).map(([path, catalogue]) => {
      const owner = /([^/]+)\/i18n\/[a-z]+\.json$/.exec(path)?.[1];
      if (owner === undefined) throw new Error(`${path} is not <feature>/i18n/<locale>.json`);
      return [owner, catalogue as ResourceLanguage[string]];
    }),
  );
}
