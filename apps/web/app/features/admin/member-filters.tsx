import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { Count } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Popover } from '../../ui/popover.tsx';
import { SelectField } from '../../ui/select.tsx';
import styles from './admin.module.css';

/** Empty means any. */
export interface Filters {
  readonly role: string;
  readonly status: string;
  readonly org: string;
}
const ANY = '';
const ROLES = ['super_admin', 'zone_admin', 'org_admin', 'teacher', 'student', 'parent'] as const;

export function MemberFilters({ filters, onChange }: { filters: Filters; onChange: (change: Partial<Filters>) => void }) {
  const { t } = useTranslation('admin');
  const { t: shell } = useTranslation('shell');
  const { person } = usePage();
  const wide = mayDo(person, 'org:create');
  const organizations = useEndpoint('GET /api/v1/admin/organizations', { input: { query: { limit: 100 } }, enabled: wide });
  const any = { value: ANY, label: t('all') };
  const used = Object.values(filters).filter((value) => value !== ANY).length;
  return (
    <Popover
      label={t('filter')}
      align="end"
      trigger={
        <Button>
          <Icon name="filter" size="s" />
          {t('filter')}
          <Count value={used} mute />
        </Button>
      }
    >
      <div className={styles.popover}>
        <SelectField
          label={t('column.role')}
          value={filters.role}
          options={[any, ...ROLES.map((role) => ({ value: role as string, label: shell(`role.${role}`) }))]}
          onChange={(role) => onChange({ role })}
        />
        <SelectField
          label={t('column.status')}
          value={filters.status}
          options={[
            any,
            ...(['active', 'invited', 'suspended'] as const).map((value) => ({ value: value as string, label: t(`status.${value}`) })),
          ]}
          onChange={(status) => onChange({ status })}
        />
        {wide && organizations.data && organizations.data.items.length > 0 && (
          <SelectField
            label={t('column.organization')}
            value={filters.org}
            options={[any, ...organizations.data.items.map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(org) => onChange({ org })}
          />
        )}
        {used > 0 && (
          <Button kind="quiet" onClick={() => onChange({ role: ANY, status: ANY, org: ANY })}>
            {t('clear_filters')}
          </Button>
        )}
      </div>
    </Popover>
  );
}
