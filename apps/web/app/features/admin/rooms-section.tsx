import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { api } from '../../api/browser.ts';
import type { Output } from '../../api/endpoints.ts';
import { useQueries } from '../../api/queries.ts';
import { endpointKey } from '../../api/use-endpoint.ts';
import { usePages } from '../../api/use-pages.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Ago } from '../../ui/ago.tsx';
import { Badge, OnlineCount } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { useRefusal } from '../../ui/complaint.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { Table } from '../../ui/surfaces.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './admin.module.css';
import { MoreButton } from './more-button.tsx';
import { PageHead } from './page-head.tsx';
import { RowSkeletons } from './row-skeletons.tsx';
import { useSlowModeWords } from './slow-mode.ts';

const RoomDialog = lazy(() => import('./room-dialog.tsx'));

export type Room = Output<'GET /api/v1/rooms'>['items'][number];
const LIST = 'GET /api/v1/rooms';
/** How long a room waits to be deleted, milliseconds: the one way back there is. */
const GRACE = 8_000;

/** Rooms of the zone: opened, slowed, deleted. Conversations between two people are nobody else's. */
export default function RoomsSection() {
  const { t } = useTranslation('administration');
  const list = usePages(LIST, { limit: 50, scope: 'all' }, { refetchInterval: 30_000 });
  const [editing, setEditing] = useState<Room>();
  const { going, remove } = useDelayedDeletion();
  const rows = list.data?.pages.flatMap((page) => page.items).filter((room) => room.visibility !== 'direct' && !going.has(room.id)) ?? [];
  return (
    <>
      <PageHead title={t('admin:section.rooms')} text={t('rooms.text')} />
      <div className={`card ${styles.table}`}>
        {list.isPending ? (
          <RowSkeletons label={t('admin:section.rooms')} rows={6} />
        ) : list.isError && rows.length === 0 ? (
          <ErrorState title={t('rooms.failed')} problem={list.error} onRetry={() => void list.refetch()} retrying={list.isFetching} />
        ) : rows.length === 0 ? (
          <EmptyState
            title={t('rooms.empty')}
            text={t('rooms.empty_text')}
            action={
              <ButtonLink kind="primary" to="/rooms">
                {t('rooms.to_rooms')}
              </ButtonLink>
            }
          />
        ) : (
          <RoomTable rows={rows} onEdit={setEditing} onDelete={remove} />
        )}
        {list.hasNextPage && (
          <LoadMore busy={list.isFetchingNextPage} failed={list.isFetchNextPageError} onMore={() => void list.fetchNextPage()}>
            {t('more')}
          </LoadMore>
        )}
      </div>
      <Suspense>{editing && <RoomDialog room={editing} onClose={() => setEditing(undefined)} />}</Suspense>
    </>
  );
}

/**
 * A deleted room cannot be brought back, so it is first only hidden here and deleted when the toast has gone. Leaving the page
 * carries out what waits; closing the tab lets the room live.
 */
function useDelayedDeletion() {
  const { t } = useTranslation('administration');
  const refusal = useRefusal();
  const queries = useQueries();
  const [going, setGoing] = useState<ReadonlySet<string>>(new Set());
  const waiting = useRef(new Map<string, { timer: ReturnType<typeof setTimeout>; run: () => void }>());
  useEffect(() => {
    const { current } = waiting;
    return () => {
      for (const { timer, run } of current.values()) {
        clearTimeout(timer);
        run();
      }
      current.clear();
    };
  }, []);
  const show = (id: string) => setGoing((before) => new Set([...before].filter((one) => one !== id)));

  function remove(room: Room): void {
    setGoing((before) => new Set(before).add(room.id));
    const run = () => {
      waiting.current.delete(room.id);
      api('DELETE /api/v1/rooms/:roomId', { params: { roomId: room.id } })
        .catch((error: unknown) => toast({ text: refusal(error), urgent: true }))
        .then(() => queries.invalidateQueries({ queryKey: endpointKey(LIST) }))
        .finally(() => show(room.id));
    };
    waiting.current.set(room.id, { timer: setTimeout(run, GRACE), run });
    toast({
      text: t('rooms.deleted', { name: room.name }),
      timeout: GRACE,
      action: {
        label: t('undo'),
        run: () => {
          const held = waiting.current.get(room.id);
          if (held === undefined) return toast({ text: t('rooms.too_late'), urgent: true });
          clearTimeout(held.timer);
          waiting.current.delete(room.id);
          show(room.id);
        },
      },
    });
  }
  return { going, remove };
}

function RoomTable({ rows, onEdit, onDelete }: { rows: readonly Room[]; onEdit: (room: Room) => void; onDelete: (room: Room) => void }) {
  const { t } = useTranslation('administration');
  const format = useFormat();
  const slowMode = useSlowModeWords();
  return (
    <Table label={t('admin:section.rooms')} className={styles.plain}>
      <thead>
        <tr>
          <th scope="col">{t('column.name')}</th>
          <th scope="col" className={styles.narrow}>
            {t('column.online')}
          </th>
          <th scope="col" className="figure hide-md">
            {t('column.members')}
          </th>
          <th scope="col" className="hide-phone">
            {t('column.last_message')}
          </th>
          <th scope="col" className="hide-md">
            {t('column.slow_mode')}
          </th>
          <th scope="col" className={styles.end}>
            <span className="vh">{t('column.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((room) => (
          <tr key={room.id}>
            <td>
              <div className="row" style={{ gap: 12 }}>
                <span className={styles.sign}>
                  <Icon name={room.visibility === 'public' ? 'hash' : 'lock'} size="s" />
                </span>
                <span className="col grow">
                  <span className="row">
                    <Link className={`b6 trunc ${styles.open}`} to={`/rooms/${room.id}`} prefetch="intent">
                      {room.name}
                    </Link>
                    {room.visibility === 'private' && <Badge>{t('rooms.private')}</Badge>}
                  </span>
                  <span className="t12 dim trunc">{room.topic}</span>
                </span>
              </div>
            </td>
            <td>
              <OnlineCount value={room.online} />
            </td>
            <td className="figure hide-md">{format.number(room.members)}</td>
            <td className="mut num hide-phone">
              {room.last ? <Ago at={room.last.createdAt} /> : <span className="dim">{t('rooms.silent')}</span>}
            </td>
            <td className="mut hide-md">
              {room.slowModeSeconds === 0 ? (
                <span className="dim">{slowMode(0)}</span>
              ) : (
                <Badge kind="warn">{slowMode(room.slowModeSeconds)}</Badge>
              )}
            </td>
            <td className={styles.end}>
              <MoreButton
                name={room.name}
                load={() => import('./room-menu.tsx')}
                panel={{ room, onEdit: () => onEdit(room), onDelete: () => onDelete(room) }}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
