import type { AuditLog } from '@madang/audit/contract';
import { lazy, Suspense, useState } from 'react';
import { useSearchParams } from 'react-router';
import { apiPage } from '../../api/browser.ts';
import { usePages } from '../../api/use-pages.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Button } from '../../ui/button.tsx';
import { useRefusal } from '../../ui/complaint.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LazySelectField } from '../../ui/lazy-select.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './audit.module.css';
import { AuditList } from './audit-list.tsx';
import { csvOf, download } from './csv.ts';
import { dayRange } from './day-range.ts';
import { PageHead } from './page-head.tsx';
import { PersonFilter } from './person-filter.tsx';
import { RowSkeletons } from './row-skeletons.tsx';

const AuditDrawer = lazy(() => import('./audit-drawer.tsx'));

const ACTIONS = [
  'login',
  'login_failed',
  'logout',
  'permission_denied',
  'create',
  'update',
  'delete',
  'register',
  'password_changed',
  'sessions_revoked',
  'membership_changed',
  'zone_entered',
  'invite',
  'ban',
  'mute',
  'remove',
] as const;
const ANY = 'any';
/** More than this is a job for a query, not for a page. */
const EXPORT_ROWS = 10_000;

/** Who did what in this zone, newest first. The filters live in the address. */
export default function AuditSection() {
  const { t } = useTranslation('administration');
  const [search, setSearch] = useSearchParams();
  const [open, setOpen] = useState<AuditLog>();
  const from = search.get('from') ?? '';
  const to = search.get('to') ?? '';
  const action = search.get('action') ?? ANY;
  const userId = search.get('user');
  const query = { ...dayRange(from, to), ...(action !== ANY && { action }), ...(userId !== null && { user_id: userId }) };
  const log = usePages('GET /api/v1/admin/audit-logs', { ...query, limit: 50 });
  const rows = log.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (key: string, value: string | null) =>
    setSearch(
      (before) => {
        if (value === null || value === '' || value === ANY) before.delete(key);
        else before.set(key, value);
        return before;
      },
      { replace: true, preventScrollReset: true },
    );
  const filtered = search.size > 0;
  const options = [
    { value: ANY as string, label: t('audit.any_action') },
    ...ACTIONS.map((value) => ({ value, label: t(`audit.action.${value}`) })),
  ];
  return (
    <>
      <PageHead title={t('admin:section.audit')} text={t('audit.text')}>
        <ExportButton query={query} disabled={rows.length === 0} />
      </PageHead>
      <div className="card">
        <div className={styles.filters}>
          <TextField
            label={t('audit.from')}
            type="date"
            value={from}
            max={to || undefined}
            onChange={(event) => set('from', event.target.value)}
          />
          <TextField
            label={t('audit.to')}
            type="date"
            value={to}
            min={from || undefined}
            onChange={(event) => set('to', event.target.value)}
          />
          <LazySelectField label={t('audit.what')} value={action} options={options} onChange={(value) => set('action', value)} />
          <PersonFilter userId={userId} onChange={(id) => set('user', id)} />
        </div>
        {log.isPending ? (
          <RowSkeletons label={t('admin:section.audit')} rows={8} />
        ) : log.isError && rows.length === 0 ? (
          <ErrorState title={t('audit.failed')} problem={log.error} onRetry={() => void log.refetch()} retrying={log.isFetching} />
        ) : rows.length === 0 ? (
          <EmptyState
            title={filtered ? t('audit.none_match') : t('audit.empty')}
            text={filtered ? t('audit.none_match_text') : t('audit.empty_text')}
            action={filtered && <Button onClick={() => setSearch({}, { replace: true })}>{t('clear_filters')}</Button>}
          />
        ) : (
          <>
            <AuditList rows={rows} days onOpen={setOpen} />
            {log.hasNextPage && (
              <LoadMore busy={log.isFetchingNextPage} failed={log.isFetchNextPageError} onMore={() => void log.fetchNextPage()}>
                {t('audit.older')}
              </LoadMore>
            )}
          </>
        )}
      </div>
      {open && (
        <Suspense>
          <AuditDrawer row={open} onClose={() => setOpen(undefined)} />
        </Suspense>
      )}
    </>
  );
}

/** Everything that is filtered, not only what has been read so far. */
function ExportButton({
  query,
  disabled,
}: {
  query: { start_date?: string; end_date?: string; action?: string; user_id?: string };
  disabled: boolean;
}) {
  const { t } = useTranslation('administration');
  const refusal = useRefusal();
  const [read, setRead] = useState<number>();
  async function run(): Promise<void> {
    const rows: AuditLog[] = [];
    let cursor: string | undefined;
    setRead(0);
    try {
      do {
        const page = await apiPage('GET /api/v1/admin/audit-logs', { query: { ...query, limit: 100, cursor } });
        rows.push(...page.items);
        cursor = page.nextCursor ?? undefined;
        setRead(rows.length);
      } while (cursor !== undefined && rows.length < EXPORT_ROWS);
    } catch (error) {
      toast({ text: refusal(error), urgent: true });
      return;
    } finally {
      setRead(undefined);
    }
    const head = ['id', 'at', 'user_id', 'org_id', 'action', 'resource_type', 'resource_id', 'ip', 'user_agent', 'chain_no', 'details'];
    const lines = rows.map((row) => [
      row.id,
      row.at,
      row.userId,
      row.orgId,
      row.action,
      row.resourceType,
      row.resourceId,
      row.ip,
      row.userAgent,
      row.chainNo,
      JSON.stringify(row.details),
    ]);
    download(`audit-${new Date().toISOString().slice(0, 10)}.csv`, csvOf([head, ...lines]));
    toast({ text: cursor === undefined ? t('audit.exported', { count: rows.length }) : t('audit.exported_part', { count: rows.length }) });
  }
  return (
    <Button disabled={disabled} busy={read !== undefined} onClick={() => void run()}>
      <Icon name="download" size="s" />
      {t('audit.export')}
    </Button>
  );
}
