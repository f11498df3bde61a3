import { useState } from 'react';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { usePages } from '../../api/use-pages.ts';
import { useFormat } from '../../i18n/format.ts';
import { RichText } from '../../i18n/rich-text.tsx';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { Skeleton } from '../../ui/surfaces.tsx';
import styles from './admin.module.css';
import { countPerBin } from './bins.ts';
import { openSections } from './sections.ts';
import { Sparkline } from './sparkline.tsx';

const DAY = 86_400_000;
const DAYS = 14;

/** Figures of the zone. What a list tells only in part is said as "more than"; a line is drawn only where the list was whole. */
export function OverviewTiles() {
  const { person, zone } = usePage();
  const sections = openSections(person, zone).map((section) => section.name);
  return (
    <ul className={styles.tiles}>
      {sections.includes('members') && <Members />}
      <Online />
      {sections.includes('rooms') && <Rooms />}
      {sections.includes('audit') && (
        <>
          <Logged action="login" name="signins" />
          <Logged action="permission_denied" name="refused" />
        </>
      )}
    </ul>
  );
}

interface TileProps {
  name: string;
  /** Null where it could not be read. */
  value: number | null | undefined;
  /** There are more than could be counted. */
  more?: boolean;
  text?: string;
  line?: readonly number[];
}

function Tile({ name, value, more = false, text = '', line }: TileProps) {
  const format = useFormat();
  return (
    <li className={styles.tile}>
      <p className="t13 mut">{name}</p>
      {value === undefined ? (
        <Skeleton width={56} height={24} style={{ margin: '4px 0' }} />
      ) : (
        <p className={styles.big}>{value === null ? '–' : `${format.number(value)}${more ? '+' : ''}`}</p>
      )}
      <p className="t12 dim num">
        <RichText text={text} parts={{ up: (inner) => <b className={styles.up}>{inner}</b> }} />
      </p>
      {line?.some((one) => one > 0) && <Sparkline values={line} />}
    </li>
  );
}

const figureOf = (query: { isError: boolean }, value: number | undefined): number | null | undefined =>
  value ?? (query.isError ? null : undefined);

function Members() {
  const { t } = useTranslation('administration');
  const [now] = useState(() => Date.now());
  const list = usePages('GET /api/v1/admin/members', { limit: 100 });
  const page = list.data?.pages[0];
  const joined = page?.items.map((member) => Date.parse(member.createdAt)) ?? [];
  const thisWeek = joined.filter((at) => at > now - 7 * DAY).length;
  const whole = page !== undefined && (page.nextCursor === null || Math.min(...joined) < now - DAYS * DAY);
  return (
    <Tile
      name={t('admin:section.members')}
      value={figureOf(list, page?.items.length)}
      more={page !== undefined && page.nextCursor !== null}
      text={page && t('overview.joined', { count: thisWeek })}
      line={
        whole ? running(countPerBin(joined, now - DAYS * DAY, DAY, DAYS), joined.filter((at) => at <= now - DAYS * DAY).length) : undefined
      }
    />
  );
}

/** Bins as a growing sum. */
function running(bins: readonly number[], start: number): readonly number[] {
  let sum = start;
  return bins.map((bin) => {
    sum += bin;
    return sum;
  });
}

function Online() {
  const { t } = useTranslation('administration');
  const { zone } = usePage();
  const city = useEndpoint('GET /api/v1/city', { refetchInterval: 15_000 });
  const here = city.data?.items.find((one) => one.id === zone.id)?.online;
  return (
    <Tile name={t('overview.online')} value={figureOf(city, here)} text={city.data && t('overview.city', { count: city.data.online })} />
  );
}

function Rooms() {
  const { t } = useTranslation('administration');
  const list = usePages('GET /api/v1/rooms', { limit: 100, scope: 'all' });
  const page = list.data?.pages[0];
  const rooms = page?.items.filter((room) => room.visibility !== 'direct');
  return (
    <Tile
      name={t('admin:section.rooms')}
      value={figureOf(list, rooms?.length)}
      more={page !== undefined && page.nextCursor !== null}
      text={rooms && t('overview.lively', { count: rooms.filter((room) => room.online > 0).length })}
    />
  );
}

const HOUR = 3_600_000;

/** How often something was written to the log in the last 24 hours, and when. */
function Logged({ action, name }: { action: 'login' | 'permission_denied'; name: 'signins' | 'refused' }) {
  const { t } = useTranslation('administration');
  // To the minute, so that the question is the same one when the page is opened again soon after.
  const [since] = useState(() => Math.floor((Date.now() - DAY) / 60_000) * 60_000);
  const list = usePages('GET /api/v1/admin/audit-logs', { action, start_date: new Date(since).toISOString(), limit: 100 });
  const page = list.data?.pages[0];
  return (
    <Tile
      name={t(`overview.${name}`)}
      value={figureOf(list, page?.items.length)}
      more={page !== undefined && page.nextCursor !== null}
      text={t('overview.last_day')}
      line={
        page?.nextCursor === null
          ? countPerBin(
              page.items.map((row) => Date.parse(row.at)),
              since,
              2 * HOUR,
              13,
            )
          : undefined
      }
    />
  );
}
