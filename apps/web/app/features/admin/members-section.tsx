import type { Member } from '@madang/identity/contract';
import { lazy, Suspense, useEffect, useId, useState } from 'react';
import { useSearchParams } from 'react-router';
import { usePages } from '../../api/use-pages.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { Count } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Segments } from '../../ui/segments.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { Pager } from '../../ui/surfaces.tsx';
import { useDebounced } from '../../ui/use-debounced.ts';
import styles from './admin.module.css';
import { BulkBar } from './bulk-bar.tsx';
import { type Filters, filtersUsed, MemberFilters } from './member-filters.tsx';
import { MemberTable } from './member-table.tsx';
import { PageHead } from './page-head.tsx';
import { RowSkeletons } from './row-skeletons.tsx';

const InviteDialog = lazy(() => import('./invite-dialog.tsx'));
const MemberDrawer = lazy(() => import('./member-drawer.tsx'));

const ROWS = 20;
const SEGMENTS = ['', 'teacher', 'student', 'parent'] as const;

/** Everyone with an account here: found, filtered, changed. The filters live in the address. */
export default function MembersSection() {
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const { person } = usePage();
  const [search, setSearch] = useSearchParams();
  const [typed, setTyped] = useState(search.get('q') ?? '');
  const query = useDebounced(typed.trim(), 250);
  const [at, setAt] = useState(0);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<Member>();
  const [filtering, setFiltering] = useState(false);
  const filtersId = useId();
  const [inviting, setInviting] = useState(search.has('invite'));

  const filters: Filters = { role: search.get('role') ?? '', status: search.get('status') ?? '', org: search.get('org') ?? '' };
  const set = (change: Partial<Filters> & { q?: string }) =>
    setSearch(
      (before) => {
        for (const [key, value] of Object.entries(change)) {
          if (value) before.set(key, value);
          else before.delete(key);
        }
        before.delete('invite');
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what settled in the field goes into the address
  useEffect(() => {
    if ((search.get('q') ?? '') !== query) set({ q: query });
  }, [query]);
  const asked = JSON.stringify([query, filters]);
  // Another question begins on its first page, with nobody picked.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` is the question
  useEffect(() => {
    setAt(0);
    setPicked(new Set());
  }, [asked]);

  const list = usePages('GET /api/v1/admin/members', {
    limit: ROWS,
    ...(query !== '' && { query }),
    ...(filters.role !== '' && { role: filters.role as Member['role'] }),
    ...(filters.status !== '' && { status: filters.status as Member['status'] }),
    ...(filters.org !== '' && { orgId: filters.org }),
  });
  const pages = list.data?.pages ?? [];
  const rows = pages[at]?.items ?? [];
  const known = pages.reduce((sum, page) => sum + page.items.length, 0);
  const filtered = query !== '' || Object.values(filters).some((value) => value !== '');
  const invite = mayDo(person, 'user:create') && (
    <Button kind="primary" onClick={() => setInviting(true)}>
      <Icon name="plus" size="s" />
      {t('members.invite')}
    </Button>
  );
  const next = async () => {
    if (pages[at + 1] === undefined && (await list.fetchNextPage()).isError) return;
    setAt(at + 1);
  };
  return (
    <>
      <PageHead title={t('admin:section.members')}>{invite}</PageHead>
      <div className={`card ${styles.table}`}>
        <div className={styles.tools}>
          <label className={styles.find}>
            <Icon name="search" size="s" />
            <span className="vh">{t('members.find')}</span>
            <input
              type="search"
              value={typed}
              maxLength={100}
              placeholder={t('members.find_hint')}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
          <span className="hide-phone">
            <Segments
              small
              label={t('members.by_role')}
              value={(SEGMENTS as readonly string[]).includes(filters.role) ? filters.role : '-'}
              options={SEGMENTS.map((value) => ({ value: value as string, label: value === '' ? t('all') : shell(`role.${value}`) }))}
              onChange={(role) => set({ role })}
            />
          </span>
          <span className="grow hide-phone" />
          <Button aria-expanded={filtering} aria-controls={filtersId} onClick={() => setFiltering(!filtering)}>
            <Icon name="filter" size="s" />
            {t('filter')}
            <Count value={filtersUsed(filters)} mute />
          </Button>
        </div>
        {filtering && <MemberFilters id={filtersId} filters={filters} onChange={set} />}
        <BulkBar members={rows.filter((member) => picked.has(member.id))} onDone={() => setPicked(new Set())} />
        {list.isPending ? (
          <RowSkeletons label={t('admin:section.members')} rows={8} round />
        ) : list.isError && known === 0 ? (
          <ErrorState title={t('members.failed')} problem={list.error} onRetry={() => void list.refetch()} retrying={list.isFetching} />
        ) : rows.length === 0 ? (
          <EmptyState
            title={filtered ? t('members.none_match') : t('members.empty')}
            text={filtered ? t('members.none_match_text') : t('members.empty_text')}
            action={
              filtered ? (
                <Button
                  onClick={() => {
                    setTyped('');
                    setSearch({}, { replace: true });
                  }}
                >
                  {t('clear_filters')}
                </Button>
              ) : (
                invite
              )
            }
          />
        ) : (
          <>
            <MemberTable members={rows} picked={picked} onPick={setPicked} onOpen={setOpen} stale={list.isPlaceholderData} />
            <Pager
              from={at * ROWS + 1}
              to={at * ROWS + rows.length}
              total={list.hasNextPage ? undefined : known}
              onPrevious={at > 0 ? () => setAt(at - 1) : undefined}
              onNext={pages[at + 1] !== undefined || list.hasNextPage ? () => void next() : undefined}
            />
          </>
        )}
      </div>
      <Suspense>
        {inviting && <InviteDialog onClose={() => setInviting(false)} />}
        {open && <MemberDrawer member={open} onClose={() => setOpen(undefined)} />}
      </Suspense>
    </>
  );
}
