import { Dialog } from '@base-ui/react/dialog';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { useQueries } from '../api/queries.ts';
import { useEndpoint } from '../api/use-endpoint.ts';
import type { Translate } from '../i18n/catalogues.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { Icon } from '../ui/icon.tsx';
import { type Command, features, navigationOf } from './feature.ts';
import { type Page, usePage, useText } from './page.ts';

/** Everything one can go to, by name: pages, zones, and whatever features find. */
export default function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { t } = useTranslation('shell');
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Viewport className="dialog-at">
          <Dialog.Popup className="dialog palette">
            <Dialog.Title className="vh">{t('search.open')}</Dialog.Title>
            <Finder onDone={() => onOpenChange(false)} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const id = useId();
  const [query, setQuery] = useState('');
  const [chosen, setChosen] = useState(0);
  const { commands, searching } = useCommands(query.trim());
  const active = Math.min(chosen, commands.length - 1);

  const go = (command: Command | undefined) => {
    if (command === undefined) return;
    onDone();
    if (command.to.startsWith('/')) void navigate(command.to);
    else location.assign(command.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // Enter that ends a Hangul syllable chooses nothing
    if (event.key === 'Enter') go(commands[active]);
    else if (event.key === 'ArrowDown') setChosen((active + 1) % Math.max(1, commands.length));
    else if (event.key === 'ArrowUp') setChosen((active - 1 + commands.length) % Math.max(1, commands.length));
    else return;
    event.preventDefault();
  };
  return (
    <>
      <label className="palette-in">
        <Icon name="search" size="s" />
        <span className="vh">{t('search.open')}</span>
        <input
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
          placeholder={t('search.placeholder')}
          role="combobox"
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={`${id}-list`}
          aria-activedescendant={active >= 0 ? `${id}-${active}` : undefined}
          autoComplete="off"
          spellCheck={false}
        />
        <span aria-hidden="true">
          <kbd>Esc</kbd>
        </span>
      </label>
      <div className="palette-list" role="listbox" id={`${id}-list`} aria-label={t('search.results')}>
        {commands.map((command, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field holds the focus and takes the keys for all of them
          <div
            key={command.id}
            id={`${id}-${at}`}
            role="option"
            tabIndex={-1}
            aria-selected={at === active}
            className="menu-item"
            onPointerMove={() => setChosen(at)}
            onClick={() => go(command)}
            ref={at === active ? (node) => node?.scrollIntoView({ block: 'nearest' }) : undefined}
          >
            {command.icon && <Icon name={command.icon} size="s" />}
            <span className="trunc">{command.label}</span>
            {command.hint && <span className="end">{command.hint}</span>}
          </div>
        ))}
      </div>
      <p className={commands.length === 0 && !searching ? 'palette-none' : 'vh'} role="status">
        {commands.length === 0
          ? searching
            ? t('search.searching')
            : t('search.none', { query })
          : t('search.found', { count: commands.length })}
      </p>
    </>
  );
}

function useCommands(query: string): { commands: readonly Command[]; searching: boolean } {
  const { t } = useTranslation('shell');
  const { t: words } = useTranslation();
  const text = useText();
  const page = usePage();
  const city = useEndpoint('GET /api/v1/city');
  const asked = useDeferredValue(query);
  const found = useQuery(
    {
      queryKey: ['palette', asked],
      enabled: asked !== '',
      queryFn: ({ signal }) => search(asked, page, words, signal),
    },
    useQueries(),
  );
  const pages = navigationOf(page).map(
    (item): Command => ({ id: item.to, icon: item.icon, label: item.label(words), hint: t('search.page'), to: item.to }),
  );
  const zones = (city.data?.items ?? [])
    .filter((zone) => zone.id !== page.zone.id)
    .map((zone): Command => ({ id: zone.id, icon: 'door', label: text(zone.names), hint: t('search.zone'), to: zone.origin }));
  const wanted = query.toLocaleLowerCase(page.locale);
  const places = [...pages, ...zones].filter(
    (command) => command.label.toLocaleLowerCase(page.locale).includes(wanted) || command.id.includes(wanted),
  );
  return { commands: [...places, ...(query === '' ? [] : (found.data ?? []))], searching: found.isFetching };
}

/** A feature that fails to answer leaves the others' findings standing. */
async function search(query: string, page: Page, t: Translate, signal: AbortSignal): Promise<Command[]> {
  const answers = await Promise.allSettled(features.map((feature) => feature.search?.(query, { page, t, signal }) ?? []));
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}
