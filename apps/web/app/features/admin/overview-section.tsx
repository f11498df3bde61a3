import { Link } from 'react-router';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../shell/page.ts';
import { Ago } from '../../ui/ago.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge, OnlineCount } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import styles from './admin.module.css';
import { AuditList } from './audit-list.tsx';
import { OverviewTiles } from './overview-tiles.tsx';
import { PageHead } from './page-head.tsx';
import { RowSkeletons } from './row-skeletons.tsx';
import { openSections } from './sections.ts';

const SHOWN = 5;

/** How the zone stands: figures, lively rooms, who came lately, what was done. Each part stands or fails by itself. */
export default function OverviewSection() {
  const { t } = useTranslation('administration');
  const { person, zone } = usePage();
  const sections = openSections(person, zone).map((section) => section.name);
  return (
    <>
      <PageHead title={t('admin:section.overview')}>
        {mayDo(person, 'user:create') && (
          <ButtonLink to="/admin/members?invite">
            <Icon name="plus" size="s" />
            {t('members.invite')}
          </ButtonLink>
        )}
      </PageHead>
      <OverviewTiles />
      <div className={styles.two}>
        {sections.includes('rooms') && <LivelyRooms />}
        {sections.includes('members') && <LatestMembers />}
      </div>
      {sections.includes('audit') && <LatestAudit />}
      {sections.includes('zones') && (
        <div className={`card ${styles.hint}`}>
          <Icon name="door" />
          <p className="grow">{t('overview.zones')}</p>
          <ButtonLink to="/admin/zones">{t('admin:section.zones')}</ButtonLink>
        </div>
      )}
    </>
  );
}

function PartHead({ title, to }: { title: string; to: string }) {
  const { t } = useTranslation('administration');
  return (
    <div className={styles.partHead}>
      <h2 className="grow">{title}</h2>
      <ButtonLink kind="quiet" size="s" to={to} aria-label={`${title}: ${t('see_all')}`}>
        {t('see_all')}
        <Icon name="chevron-right" size="s" />
      </ButtonLink>
    </div>
  );
}

function LivelyRooms() {
  const { t } = useTranslation('administration');
  const rooms = useEndpoint('GET /api/v1/rooms', { input: { query: { limit: 100 } }, refetchInterval: 30_000 });
  const rows = rooms.data?.items
    .filter((room) => room.visibility !== 'direct')
    .toSorted((a, b) => b.online - a.online)
    .slice(0, SHOWN);
  return (
    <section>
      <PartHead title={t('overview.rooms')} to="/admin/rooms" />
      <div className="card">
        {rows === undefined ? (
          rooms.isError ? (
            <ErrorState title={t('rooms.failed')} problem={rooms.error} onRetry={() => void rooms.refetch()} />
          ) : (
            <RowSkeletons label={t('overview.rooms')} rows={SHOWN} />
          )
        ) : rows.length === 0 ? (
          <EmptyState title={t('rooms.empty')} text={t('rooms.empty_text')} />
        ) : (
          <ul className={styles.list}>
            {rows.map((room) => (
              <li key={room.id}>
                <Link className={styles.listRow} to={`/rooms/${room.id}`} prefetch="intent">
                  <span className={styles.sign}>
                    <Icon name={room.visibility === 'public' ? 'hash' : 'lock'} size="s" />
                  </span>
                  <span className="col grow">
                    <b className="b6 trunc">{room.name}</b>
                    <span className="t12 dim trunc">{room.last ? <Ago at={room.last.createdAt} /> : t('rooms.silent')}</span>
                  </span>
                  <OnlineCount value={room.online} />
                </Link>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function LatestMembers() {
  const { t } = useTranslation('administration');
  const { t: shell } = useTranslation('shell');
  const members = useEndpoint('GET /api/v1/admin/members', { input: { query: { limit: 100 } } });
  const rows = members.data?.items.slice(0, SHOWN);
  return (
    <section>
      <PartHead title={t('overview.members')} to="/admin/members" />
      <div className="card">
        {rows === undefined ? (
          members.isError ? (
            <ErrorState title={t('members.failed')} problem={members.error} onRetry={() => void members.refetch()} />
          ) : (
            <RowSkeletons label={t('overview.members')} rows={SHOWN} round />
          )
        ) : rows.length === 0 ? (
          <EmptyState title={t('members.empty')} text={t('members.empty_text')} />
        ) : (
          <ul className={styles.list}>
            {rows.map((member) => (
              <li key={member.id} className={styles.listRow}>
                <Avatar person={member} size="s" />
                <span className="col grow">
                  <b className="b6 trunc">{member.name}</b>
                  <span className="t12 dim trunc">
                    <Ago at={member.createdAt} />
                  </span>
                </span>
                <Badge>{shell(`role.${member.role}`)}</Badge>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function LatestAudit() {
  const { t } = useTranslation('administration');
  const log = useEndpoint('GET /api/v1/admin/audit-logs', { input: { query: { limit: SHOWN + 1 } }, refetchInterval: 30_000 });
  return (
    <section>
      <PartHead title={t('overview.audit')} to="/admin/audit" />
      <div className="card">
        {log.data === undefined ? (
          log.isError ? (
            <ErrorState title={t('audit.failed')} problem={log.error} onRetry={() => void log.refetch()} />
          ) : (
            <RowSkeletons label={t('overview.audit')} rows={SHOWN} />
          )
        ) : log.data.items.length === 0 ? (
          <EmptyState title={t('audit.empty')} text={t('audit.empty_text')} />
        ) : (
          <AuditList rows={log.data.items.slice(0, SHOWN + 1)} />
        )}
      </div>
    </section>
  );
}
