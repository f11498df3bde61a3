import { createContext, use } from 'react';
import type { Namespace, Translate } from './catalogues.ts';
import type { Translator } from './translator.ts';

/** Given by the root. */
export const TranslatorContext = createContext<Translator | undefined>(undefined);

/** `const { t } = useTranslation('chat')`; `t` also takes keys of other folders with their name: `t('ui:close')`. */
export function useTranslation<Name extends Namespace = 'ui'>(namespace: Name = 'ui' as Name): { t: Translate<Name> } {
  const translator = use(TranslatorContext);
  if (translator === undefined) throw new Error('useTranslation outside of the root');
  return { t: translator.in(namespace) };
}
