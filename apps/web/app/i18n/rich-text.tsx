import { Fragment, type ReactNode } from 'react';

/**
 * Translated words with marked parts: `<RichText text={t('here', { n })} parts={{ b: (inner) => <b>{inner}</b> }} />` for
 * `지금 <b>12</b>명`. Marks do not nest; unknown ones stay as written.
 */
export function RichText({ text, parts }: { text: string; parts: Readonly<Record<string, (inner: string) => ReactNode>> }) {
  return text.split(/(<\w+>[^<]*<\/\w+>)/).map((piece, at) => {
    const [, name = '', inner = ''] = /^<(\w+)>([^<]*)<\/\1>$/.exec(piece) ?? [];
    const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one sentence have no other name than their place
    return <Fragment key={at}>{part === undefined ? piece : part(inner)}</Fragment>;
  });
}
