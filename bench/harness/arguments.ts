import { parseArgs } from 'node:util';

/** Numbers given as flags over their defaults (`--rounds 1`); `only` picks parts of a bench by name. */
export function readNumbers<const Defaults extends Record<string, number>>(
  defaults: Defaults,
): { [Name in keyof Defaults]: number } & { only: readonly string[] } {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' as const },
      ...Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }])),
    },
  });
  const given = values as Record<string, string | undefined>;
  const numbers: Record<string, number> = { ...defaults };
  for (const name of Object.keys(defaults)) {
    const text = given[name];
    if (text === undefined) continue;
    const value = Number(text);
    if (!(value > 0)) throw new Error(`--${name} ${text} is not a number above 0`);
    numbers[name] = value;
  }
  return { ...(numbers as { [Name in keyof Defaults]: number }), only: given.only?.split(',') ?? [] };
}
