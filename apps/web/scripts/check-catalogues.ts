/**
 * Every catalogue says the same things in all four languages: the same keys, the plural forms that each language has, the same
 * `{{values}}` and `<marks>`, nothing empty. Prints what differs and fails.
 *
 *   node apps/web/scripts/check-catalogues.ts
 */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LOCALES = ['ko', 'en', 'ja', 'es'] as const;
const PLURAL = /_(zero|one|two|few|many|other)$/;
const app = join(import.meta.dirname, '../app');

type Tree = { readonly [key: string]: string | Tree };

function leaves(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(`${prefix}${key}`, value);
    else for (const [inner, text] of leaves(value, `${prefix}${key}.`)) found.set(inner, text);
  }
  return found;
}

const holes = (text: string): string => [...new Set(text.match(/\{\{\w+\}\}|<\/?\w+>/g) ?? [])].sort().join(' ');

const complaints: string[] = [];
for (const folder of new Set(globSync('**/{i18n,words}/*.json', { cwd: app }).map((file) => dirname(file)))) {
  const catalogues = LOCALES.map((locale) => {
    const words = leaves(JSON.parse(readFileSync(join(app, folder, `${locale}.json`), 'utf8')) as Tree);
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    return { locale, words, forms };
  });
  /** Key without plural form → what each language has of it. */
  const names = new Set(catalogues.flatMap(({ words }) => [...words.keys()].map((key) => key.replace(PLURAL, ''))));
  for (const name of names) {
    const counted = catalogues.some(({ words }) => words.has(`${name}_other`));
    const reference = catalogues.map(({ words }) => words.get(counted ? `${name}_other` : name)).find((text) => text !== undefined) ?? '';
    for (const { locale, words, forms } of catalogues) {
      const wanted = counted ? forms.map((form) => `${name}_${form}`) : [name];
      const where = `${folder}/${locale}.json`;
      for (const key of wanted) {
        const text = words.get(key);
        if (text === undefined) complaints.push(`${where}: ${key} is missing`);
        else if (text.trim() === '') complaints.push(`${where}: ${key} is empty`);
        else if (holes(text) !== holes(reference))
          complaints.push(`${where}: ${key} has [${holes(text)}], others have [${holes(reference)}]`);
      }
      for (const key of words.keys()) {
        if (key.replace(PLURAL, '') === name && !wanted.includes(key))
          complaints.push(`${where}: ${key} is a form this language does not have`);
      }
    }
  }
}

for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
if (complaints.length > 0) process.exitCode = 1;
else process.stdout.write('The catalogues agree.\n');
