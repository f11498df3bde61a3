import type { Person } from '@madang/chat/contract';
import { useDeferredValue, useState } from 'react';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { usePage } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Chip } from '../../../ui/badge.tsx';
import { TextField } from '../../../ui/field.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './people-picker.module.css';

interface PeoplePickerProps {
  label: string;
  chosen: readonly Person[];
  onChoose: (person: Person) => void;
  onRemove?: (person: Person) => void;
  error?: string;
}

/** Finds people of the zone by name. */
export function PeoplePicker({ label, chosen, onChoose, onRemove, error }: PeoplePickerProps) {
  const { t } = useMoreWords();
  const { person: self } = usePage();
  const [query, setQuery] = useState('');
  const asked = useDeferredValue(query.trim());
  const found = useEndpoint('GET /api/v1/users', { input: { query: { query: asked } }, enabled: asked !== '' });
  const people = (asked === '' ? [] : (found.data?.items ?? [])).filter(
    ({ id }) => id !== self?.id && !chosen.some((one) => one.id === id),
  );
  return (
    <div>
      {chosen.length > 0 && (
        <div className={styles.chosen}>
          {chosen.map((person) => (
            <Chip key={person.id} pressed onClick={() => onRemove?.(person)}>
              {person.name}
              <Icon name="close" size="s" />
            </Chip>
          ))}
        </div>
      )}
      <TextField
        label={label}
        type="search"
        autoComplete="off"
        value={query}
        placeholder={t('create.find_people')}
        error={error}
        onChange={(event) => setQuery(event.target.value)}
      />
      <ul className={styles.found} aria-label={label}>
        {people.slice(0, 6).map((person) => (
          <li key={person.id}>
            <button
              type="button"
              className="menu-item"
              onClick={() => {
                onChoose(person);
                setQuery('');
              }}
            >
              <Avatar person={person} size="s" />
              <span className="trunc">{person.name}</span>
              <span className="end">{t(`shell:role.${person.guest ? 'guest' : person.role}`)}</span>
            </button>
          </li>
        ))}
      </ul>
      <p className={asked !== '' && people.length === 0 && !found.isFetching ? styles.none : 'vh'} role="status">
        {asked !== '' && people.length === 0 && !found.isFetching ? t('create.nobody', { query: asked }) : ''}
      </p>
    </div>
  );
}
