import type { Member, Organization } from '@madang/identity/contract';
import { useState } from 'react';
import { api } from '../../api/browser.ts';
import { useQueries } from '../../api/queries.ts';
import { endpointKey, useEndpoint } from '../../api/use-endpoint.ts';
import { usePages } from '../../api/use-pages.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { IconButton } from '../../ui/button.tsx';
import { useRefusal } from '../../ui/complaint.tsx';
import { Drawer } from '../../ui/drawer.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Menu, MenuItem, MenuLine, MenuRadios } from '../../ui/menu.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.ts';
import { useDebounced } from '../../ui/use-debounced.ts';
import styles from './admin.module.css';
import { mayChange } from './member-standing.ts';
import { PersonSearch } from './person-search.tsx';
import { RowSkeletons } from './row-skeletons.tsx';

const ROLES = ['org_admin', 'teacher', 'student', 'parent'] as const;
type OrganizationRole = (typeof ROLES)[number];
const MEMBERS = 'GET /api/v1/admin/members';

/** Who belongs to an organization, and as what; people of the zone are added by name. */
export default function OrganizationDrawer({ organization, onClose }: { organization: Organization; onClose: () => void }) {
  const { t } = useTranslation('administration');
  const { person } = usePage();
  const change = useMembershipChanges(organization);
  const list = usePages(MEMBERS, { orgId: organization.id, limit: 50 });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const may = mayDo(person, 'org:update');
  return (
    <Drawer open onOpenChange={(open) => !open && onClose()} title={organization.name} sheet>
      {mayDo(person, 'org:create') && (
        <AddMember present={new Set(rows.map((row) => row.id))} onChoose={(member) => void change.add(member)} />
      )}
      {list.isPending ? (
        <RowSkeletons label={t('admin:section.members')} rows={4} round />
      ) : list.isError && rows.length === 0 ? (
        <ErrorState title={t('members.failed')} problem={list.error} onRetry={() => void list.refetch()} />
      ) : rows.length === 0 ? (
        <EmptyState title={t('organizations.nobody')} text={t('organizations.nobody_text')} />
      ) : (
        <ul className={styles.people}>
          {rows.map((member) => (
            <MembershipRow
              key={member.id}
              member={member}
              here={member.organization?.id === organization.id}
              may={may && person !== null && mayChange(person, member)}
              onRole={(role) => void change.give(member, role)}
              onEnd={() => void change.end(member)}
            />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <LoadMore busy={list.isFetchingNextPage} failed={list.isFetchNextPageError} onMore={() => void list.fetchNextPage()}>
          {t('more')}
        </LoadMore>
      )}
    </Drawer>
  );
}

/** Memberships given and ended, each with a way back. */
function useMembershipChanges(organization: Organization) {
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const refusal = useRefusal();
  const queries = useQueries();
  const params = (member: Member) => ({ organizationId: organization.id, userId: member.id });

  async function attempt(call: () => Promise<unknown>): Promise<boolean> {
    let done = true;
    await call().catch((error: unknown) => {
      toast({ text: refusal(error), urgent: true });
      done = false;
    });
    await Promise.all(
      [MEMBERS, 'GET /api/v1/admin/organizations'].map((name) =>
        queries.invalidateQueries({ queryKey: endpointKey(name as typeof MEMBERS) }),
      ),
    );
    return done;
  }
  const put = (member: Member, role: OrganizationRole) =>
    attempt(() => api('PUT /api/v1/admin/organizations/:organizationId/members/:userId', { params: params(member), body: { role } }));
  const remove = (member: Member) =>
    attempt(() => api('DELETE /api/v1/admin/organizations/:organizationId/members/:userId', { params: params(member) }));
  const undoable = (text: string, back: () => unknown) =>
    toast({ text, timeout: 8_000, action: { label: t('undo'), run: () => void back() } });
  const roleOf = (member: Member): OrganizationRole => ROLES.find((role) => role === member.role) ?? 'student';

  return {
    add: async (member: Member) => {
      const role = roleOf(member);
      if (await put(member, role === 'org_admin' ? 'student' : role))
        undoable(t('organizations.added', { name: member.name, organization: organization.name }), () => remove(member));
    },
    give: async (member: Member, role: OrganizationRole) => {
      if (await put(member, role))
        undoable(t('members.role_changed', { name: member.name, role: shell(`role.${role}`) }), () => put(member, roleOf(member)));
    },
    end: async (member: Member) => {
      if (await remove(member))
        undoable(t('organizations.removed', { name: member.name, organization: organization.name }), () => put(member, roleOf(member)));
    },
  };
}

function MembershipRow(props: {
  member: Member;
  here: boolean;
  may: boolean;
  onRole: (role: OrganizationRole) => void;
  onEnd: () => void;
}) {
  const { member, here, may, onRole, onEnd } = props;
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  return (
    <li className={styles.personRow}>
      <Avatar person={member} size="s" />
      <span className="col grow">
        <b className="b6 trunc">{member.name}</b>
        <span className="t12 dim trunc">
          {here ? member.email : t('organizations.elsewhere', { organization: member.organization?.name ?? '–' })}
        </span>
      </span>
      {here && <Badge>{shell(`role.${member.role}`)}</Badge>}
      {may && (
        <Menu align="end" trigger={<IconButton icon="more" size="s" label={t('more_of', { name: member.name })} />}>
          <MenuRadios
            value={(here ? member.role : '') as string}
            options={ROLES.map((role) => ({ value: role as string, label: shell(`role.${role}`) }))}
            onChange={(value) => {
              const role = ROLES.find((one) => one === value);
              if (role !== undefined && (!here || role !== member.role)) onRole(role);
            }}
          />
          <MenuLine />
          <MenuItem icon="close" danger onClick={onEnd}>
            {t('organizations.remove')}
          </MenuItem>
        </Menu>
      )}
    </li>
  );
}

function AddMember({ present, onChoose }: { present: ReadonlySet<string>; onChoose: (member: Member) => void }) {
  const { t } = useTranslation('administration');
  const [typed, setTyped] = useState('');
  const query = useDebounced(typed.trim(), 200);
  const found = useEndpoint(MEMBERS, { input: { query: { query, limit: 12 } }, enabled: query !== '' });
  const people = query === '' ? [] : (found.data?.items.filter((one) => !present.has(one.id)).slice(0, 6) ?? []);
  return (
    <PersonSearch
      label={t('organizations.add')}
      placeholder={t('members.find_hint')}
      typed={typed}
      onType={setTyped}
      people={people}
      nothing={query !== '' && found.isSuccess && people.length === 0}
      onChoose={(member) => {
        setTyped('');
        onChoose(member);
      }}
    />
  );
}
