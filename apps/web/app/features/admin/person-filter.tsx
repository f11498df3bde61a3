import { useId, useState } from 'react';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/button.tsx';
import { useDebounced } from '../../ui/use-debounced.ts';
import styles from './admin.module.css';
import { PersonSearch } from './person-search.tsx';

/** One person out of all; chosen, their name stands in place of the field. */
export function PersonFilter({ userId, onChange }: { userId: string | null; onChange: (id: string | null) => void }) {
  const { t } = useTranslation('administration');
  const id = useId();
  const [typed, setTyped] = useState('');
  const query = useDebounced(typed.trim(), 200);
  const chosen = useEndpoint('GET /api/v1/users/:userId', { input: { params: { userId: userId ?? '' } }, enabled: userId !== null });
  const found = useEndpoint('GET /api/v1/users', { input: { query: { query, limit: 8 } }, enabled: query !== '' });
  if (userId !== null)
    return (
      <div className="field">
        <span className="label" id={id}>
          {t('audit.who')}
        </span>
        <span className={styles.chosen}>
          {chosen.data && <Avatar person={chosen.data} size="xs" />}
          <span className="grow trunc">{chosen.data?.name ?? userId}</span>
          <IconButton icon="close" size="s" label={t('audit.anyone')} onClick={() => onChange(null)} />
        </span>
      </div>
    );
  return (
    <PersonSearch
      label={t('audit.who')}
      placeholder={t('audit.anyone')}
      typed={typed}
      onType={setTyped}
      people={query === '' ? [] : (found.data?.items ?? [])}
      nothing={query !== '' && found.data?.items.length === 0}
      onChoose={(person) => {
        setTyped('');
        onChange(person.id);
      }}
    />
  );
}
