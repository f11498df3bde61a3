import type { Organization } from '@madang/identity/contract';
import { lazy, Suspense, useState } from 'react';
import { api } from '../../api/browser.ts';
import { useQueries } from '../../api/queries.ts';
import { endpointKey } from '../../api/use-endpoint.ts';
import { usePages } from '../../api/use-pages.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { Button } from '../../ui/button.tsx';
import { useRefusal } from '../../ui/complaint.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { Table } from '../../ui/surfaces.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './admin.module.css';
import { MoreButton } from './more-button.tsx';
import { PageHead } from './page-head.tsx';
import { RowSkeletons } from './row-skeletons.tsx';

const NameDialog = lazy(() => import('./organization-name-dialog.tsx'));
const OrganizationDrawer = lazy(() => import('./organization-drawer.tsx'));

const LIST = 'GET /api/v1/admin/organizations';

/** Schools, academies, teams: founded, named, filled with people, dissolved when empty. */
export default function OrganizationsSection() {
  const { t } = useTranslation('administration');
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
      <PageHead title={t('admin:section.organizations')} text={t('organizations.text')}>
        {found}
      </PageHead>
      <div className={`card ${styles.table}`}>
        {list.isPending ? (
          <RowSkeletons label={t('admin:section.organizations')} rows={4} />
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
            <Table label={t('admin:section.organizations')} className={styles.plain}>
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
                      <MoreButton
                        name={one.name}
                        load={() => import('./organization-menu.tsx')}
                        panel={{
                          organization: one,
                          onOpen: () => setOpen(one),
                          onRename: () => setNaming(one),
                          onDissolve: () => void dissolve(one),
                        }}
                      />
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
      <Suspense>
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
        {open && <OrganizationDrawer organization={open} onClose={() => setOpen(undefined)} />}
      </Suspense>
    </>
  );
}
