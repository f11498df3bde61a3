import type { Member } from '@madang/identity/contract';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { Button } from '../../ui/button.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import styles from './admin.module.css';
import { useMemberChanges } from './member-changes.ts';
import { rolesToGive } from './member-standing.ts';

/** What can be done with those picked; there only while someone is. */
export function BulkBar({ members, onDone }: { members: readonly Member[]; onDone: () => void }) {
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const { person } = usePage();
  const change = useMemberChanges();
  const count = members.length;
  if (count === 0 || person === null) return <div role="status" />;
  const roles = rolesToGive(
    person,
    members.every((member) => member.organization !== null),
  );
  const run = async (...given: Parameters<typeof change>) => {
    if (await change(...given)) onDone();
  };
  return (
    <div className={styles.bulk}>
      <span className="t13 b6 grow" role="status">
        {t('picked', { count })}
      </span>
      <MenuButton
        className="btn quiet sm"
        load={() => import('./role-menu.tsx')}
        panel={{
          label: t('members.change_role'),
          roles,
          onChoose: (role) => void run(members, { role }, t('members.roles_changed', { count, role: shell(`role.${role}`) })),
        }}
      >
        {t('members.change_role')}
      </MenuButton>
      <Button
        kind="quiet"
        size="s"
        className={styles.dangerText}
        onClick={() => void run(members, { status: 'suspended' }, t('members.many_suspended', { count }))}
      >
        {t('members.suspend')}
      </Button>
    </div>
  );
}
