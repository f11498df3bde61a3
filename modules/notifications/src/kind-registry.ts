import type { LocalizedText } from '@madang/kernel';
import type { NotificationKind } from './notification-kind.ts';

export interface KindRegistry {
  /** Once per kind, while the program is wired. */
  register(kind: NotificationKind<never>): void;
  /** Undefined for a kind nobody declares any more. */
  find(name: string): NotificationKind | undefined;
  all(): readonly NotificationKind[];
}

export function createKindRegistry(): KindRegistry {
  const byName = new Map<string, NotificationKind>();
  return {
    register(kind) {
      if (byName.has(kind.name)) throw new TypeError(`two kinds of notification are called ${kind.name}`);
      byName.set(kind.name, kind as unknown as NotificationKind);
    },
    find: (name) => byName.get(name),
    all: () => [...byName.values()],
  };
}

/** Holes are filled with what the payload has under their name; one it does not have stays empty. */
export function fillText(text: LocalizedText, payload: unknown): { -readonly [Locale in keyof LocalizedText]: string } {
  const values = payload as Readonly<Record<string, unknown>>;
  const fill = (line: string) =>
    line.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    });
  return { ko: fill(text.ko), en: fill(text.en), ja: fill(text.ja), es: fill(text.es) };
}
