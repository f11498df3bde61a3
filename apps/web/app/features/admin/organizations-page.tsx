import type { Organization } from '@madang/identity/contract';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import type { MetaDescriptor } from 'react-router';
import { api } from '../../api/browser.ts';
import { useQueries } from '../../api/queries.ts';
import { useChange } from '../../api/use-change.ts';
import { endpointKey } from '../../api/use-endpoint.ts';
import { usePages } from '../../api/use-pages.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Complaint, useRefusal } from '../../ui/complaint.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { Table } from '../../ui/surfaces.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import type { Route } from './+types/organizations-page';
import styles from './admin.module.css';
import { adminMeta } from './admin-meta.ts';
import { PageHead } from './page-head.tsx';
import { RowSkeletons } from './row-skeletons.tsx';

const OrganizationDrawer = lazy(() => import('./organization-drawer.tsx'));

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'organizations', '/admin/organizations');
}

const LIST = 'GET /api/v1/admin/organizations';

/** Schools, academies, teams: founded, named, filled with people, dissolved when empty. */
export default function OrganizationsPage() {
  const { t } = useTranslation('admin');
  const { person } = usePage();
  const format = useFormat();
  const refusal = useRefusal();
  const queries = useQueries();
  const list = usePages(LIST, { limit: 50 });
  const [naming, setNaming] = useState<Organization | 'new'>();
  const [open, setOpen] = useState<Organization>();
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const refresh = () => queries.invalidateQueries({ queryKey: endpointKey(LIST) });
  const mayFound = mayDo(person, 'org:create');

  async function dissolve(organization: Organization): Promise<void> {
    try {
      await api('DELETE /api/v1/admin/organizations/:organizationId', { params: { organizationId: organization.id } });
    } catch (error) {
      return toast({ text: refusal(error), urgent: true });
    }
    await refresh();
    // It was empty: founded anew under its name it is what it was.
    const back = async () => {
      await api('POST /api/v1/admin/organizations', { body: { name: organization.name } }).catch((error: unknown) =>
        toast({ text: refusal(error), urgent: true }),
      );
      await refresh();
    };
    toast({
      text: t('organizations.deleted', { name: organization.name }),
      timeout: 8_000,
      action: { label: t('undo'), run: () => void back() },
    });
  }

  const found = mayFound && (
    <Button kind="primary" onClick={() => setNaming('new')}>
      <Icon name="plus" size="s" />
      {t('organizations.create')}
    </Button>
  );
  return (
    <>
      <PageHead title={t('section.organizations')} text={t('organizations.text')}>
        {found}
      </PageHead>
      <div className={`card ${styles.table}`}>
        {list.isPending ? (
          <RowSkeletons label={t('section.organizations')} rows={4} />
        ) : list.isError && rows.length === 0 ? (
          <ErrorState
            title={t('organizations.failed')}
            problem={list.error}
            onRetry={() => void list.refetch()}
            retrying={list.isFetching}
          />
        ) : rows.length === 0 ? (
          <EmptyState title={t('organizations.empty')} text={t('organizations.empty_text')} action={found} />
        ) : (
          <>
            <Table label={t('section.organizations')} className={styles.plain}>
              <thead>
                <tr>
                  <th scope="col">{t('column.name')}</th>
                  <th scope="col" className={`figure ${styles.narrow}`}>
                    {t('column.members')}
                  </th>
                  <th scope="col" className="hide-phone">
                    {t('column.created')}
                  </th>
                  <th scope="col" className={styles.end}>
                    <span className="vh">{t('column.actions')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((one) => (
                  <tr key={one.id}>
                    <td>
                      <button type="button" className={`b6 ${styles.open}`} onClick={() => setOpen(one)}>
                        {one.name}
                      </button>
                    </td>
                    <td className="figure">{format.number(one.memberCount)}</td>
                    <td className="mut num hide-phone">
                      <Time at={one.createdAt} as="date" />
                    </td>
                    <td className={styles.end}>
                      <Menu align="end" trigger={<IconButton icon="more" size="s" label={t('more_of', { name: one.name })} />}>
                        <MenuItem icon="users" onClick={() => setOpen(one)}>
                          {t('organizations.members')}
                        </MenuItem>
                        {mayDo(person, 'org:update') && (
                          <MenuItem icon="edit" onClick={() => setNaming(one)}>
                            {t('organizations.rename')}
                          </MenuItem>
                        )}
                        {mayDo(person, 'org:delete') && (
                          <>
                            <MenuLine />
                            <MenuItem icon="trash" danger disabled={one.memberCount > 0} onClick={() => void dissolve(one)}>
                              {one.memberCount > 0 ? t('organizations.not_empty') : t('organizations.delete')}
                            </MenuItem>
                          </>
                        )}
                      </Menu>
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
            {list.hasNextPage && (
              <LoadMore busy={list.isFetchingNextPage} failed={list.isFetchNextPageError} onMore={() => void list.fetchNextPage()}>
                {t('more')}
              </LoadMore>
            )}
          </>
        )}
      </div>
      {naming && (
        <NameDialog
          organization={naming === 'new' ? undefined : naming}
          onClose={() => setNaming(undefined)}
          onDone={() => {
            setNaming(undefined);
            void refresh();
          }}
        />
      )}
      <Suspense>{open && <OrganizationDrawer organization={open} onClose={() => setOpen(undefined)} />}</Suspense>
    </>
  );
}

function NameDialog({
  organization,
  onClose,
  onDone,
}: {
  organization: Organization | undefined;
  onClose: () => void;
  onDone: () => void;
}) {
  const { t } = useTranslation('admin');
  const refusal = useRefusal();
  const { run, busy, problem } = useChange((name: string) =>
    organization === undefined
      ? api('POST /api/v1/admin/organizations', { body: { name } })
      : api('PATCH /api/v1/admin/organizations/:organizationId', { params: { organizationId: organization.id }, body: { name } }),
  );
  const taken = problem?.code === 'identity.organization_name_taken';
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name'));
    if ((await run(name)) === undefined) return;
    toast({ text: t(organization === undefined ? 'organizations.created' : 'organizations.renamed', { name: name.trim() }) });
    onDone();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(organization === undefined ? 'organizations.create' : 'organizations.rename')}
    >
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        {!taken && <Complaint problem={problem} />}
        <TextField
          label={t('column.name')}
          name="name"
          required
          maxLength={80}
          autoFocus
          autoComplete="off"
          defaultValue={organization?.name}
          error={taken ? refusal(problem) : problem?.field('name')}
        />
        <div className="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
