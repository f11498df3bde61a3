import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { Button } from '../../ui/button.tsx';
import { LazySelectField } from '../../ui/lazy-select.tsx';
import styles from './admin.module.css';

/** Empty means any. */
export interface Filters {
  readonly role: string;
  readonly status: string;
  readonly org: string;
}
const ANY = '';
const ROLES = ['super_admin', 'zone_admin', 'org_admin', 'teacher', 'student', 'parent'] as const;
const STATUSES = ['active', 'invited', 'suspended'] as const;

export const filtersUsed = (filters: Filters): number => Object.values(filters).filter((value) => value !== ANY).length;

/** All there is to filter by, in a row under the tools. */
export function MemberFilters({ id, filters, onChange }: { id: string; filters: Filters; onChange: (change: Partial<Filters>) => void }) {
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const { person } = usePage();
  const wide = mayDo(person, 'org:create');
  const organizations = useEndpoint('GET /api/v1/admin/organizations', { input: { query: { limit: 100 } }, enabled: wide });
  const any = { value: ANY, label: t('all') };
  return (
    <div id={id} className={styles.filters}>
      <LazySelectField
        label={t('column.role')}
        value={filters.role}
        options={[any, ...ROLES.map((role) => ({ value: role as string, label: shell(`role.${role}`) }))]}
        onChange={(role) => onChange({ role })}
      />
      <LazySelectField
        label={t('column.status')}
        value={filters.status}
        options={[any, ...STATUSES.map((value) => ({ value: value as string, label: t(`status.${value}`) }))]}
        onChange={(status) => onChange({ status })}
      />
      {wide && organizations.data && organizations.data.items.length > 0 && (
        <LazySelectField
          label={t('column.organization')}
          value={filters.org}
          options={[any, ...organizations.data.items.map(({ id: value, name }) => ({ value, label: name }))]}
          onChange={(org) => onChange({ org })}
        />
      )}
      <Button kind="quiet" disabled={filtersUsed(filters) === 0} onClick={() => onChange({ role: ANY, status: ANY, org: ANY })}>
        {t('clear_filters')}
      </Button>
    </div>
  );
}
