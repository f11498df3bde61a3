/**
 * Catalogues by the folder that owns them. A feature adds its own in `features/<name>/i18n/catalogue.d.ts`:
 *
 *   declare module '../../../i18n/catalogues.ts' {
 *     interface Catalogues { chat: typeof import('./ko.json') }
 *   }
 */
export interface Catalogues {
  ui: typeof import('../ui/i18n/ko.json');
  shell: typeof import('../shell/i18n/ko.json');
}

export type Namespace = keyof Catalogues & string;

type PluralCategory = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type WithoutPlural<Key extends string> = Key extends `${infer Base}_${PluralCategory}` ? Base : Key;
type Leaves<Tree, Prefix extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends string ? `${Prefix}${WithoutPlural<Key>}` : Leaves<Tree[Key], `${Prefix}${Key}.`>;
}[keyof Tree & string];

/** `chat:room.title`: a key with the folder it stands in. */
export type AnyKey = { [Name in Namespace]: `${Name}:${Leaves<Catalogues[Name]>}` }[Namespace];
export type Key<Name extends Namespace> = Leaves<Catalogues[Name]> | AnyKey;

export type Values = Readonly<Record<string, string | number>>;
/** Words for a key. `{{name}}` takes a value, numbers as the language writes them; `count` also chooses the plural form. */
export type Translate<Name extends Namespace = 'ui'> = (key: Key<Name>, values?: Values) => string;
