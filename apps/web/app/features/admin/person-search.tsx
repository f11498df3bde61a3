import type { PublicPerson } from '@madang/identity/contract';
import { type KeyboardEvent, useId, useState } from 'react';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Field } from '../../ui/field.tsx';
import styles from './admin.module.css';

export interface PersonSearchProps<Person extends PublicPerson> {
  label: string;
  placeholder?: string;
  typed: string;
  onType: (typed: string) => void;
  people: readonly Person[];
  /** Nobody answers to what was typed. */
  nothing: boolean;
  onChoose: (person: Person) => void;
}

/** A field that offers people while a name is typed; arrows and Enter choose (WAI-ARIA APG, combobox with a list). */
export function PersonSearch<Person extends PublicPerson>(props: PersonSearchProps<Person>) {
  const { label, placeholder, typed, onType, people, nothing, onChoose } = props;
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const list = useId();
  const [chosen, setChosen] = useState(0);
  const active = Math.min(chosen, people.length - 1);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // Enter that ends a Hangul syllable chooses nobody
    if (event.key === 'Enter' && people[active]) onChoose(people[active]);
    else if (event.key === 'ArrowDown') setChosen((active + 1) % Math.max(1, people.length));
    else if (event.key === 'ArrowUp') setChosen((active - 1 + people.length) % Math.max(1, people.length));
    else if (event.key === 'Escape' && typed !== '') onType('');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.search}>
      <Field label={label}>
        {(control) => (
          <input
            className="in"
            {...control}
            role="combobox"
            aria-expanded={people.length > 0}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={people.length > 0 ? `${list}-${active}` : undefined}
            autoComplete="off"
            placeholder={placeholder}
            maxLength={40}
            value={typed}
            onChange={(event) => {
              onType(event.target.value);
              setChosen(0);
            }}
            onKeyDown={onKeyDown}
          />
        )}
      </Field>
      <div id={list} role="listbox" aria-label={label} className={people.length > 0 ? `menu ${styles.found}` : 'vh'}>
        {people.map((person, at) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are answered by the field, which keeps the focus
          <div
            key={person.id}
            id={`${list}-${at}`}
            role="option"
            aria-selected={at === active}
            tabIndex={-1}
            className="menu-item"
            data-highlighted={at === active ? '' : undefined}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onChoose(person)}
          >
            <Avatar person={person} size="xs" />
            <span className="trunc">{person.name}</span>
            <span className="end">{shell(`role.${person.role}`)}</span>
          </div>
        ))}
      </div>
      {nothing && (
        <p className="t13 dim" role="status">
          {t('nobody_found')}
        </p>
      )}
    </div>
  );
}
