import type { Notification } from '@madang/notifications/contract';
import clsx from 'clsx';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { api } from '../../api/browser.ts';
import { usePages } from '../../api/use-pages.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { usePage } from '../../shell/page.ts';
import { Ago } from '../../ui/ago.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { Loading, Skeleton } from '../../ui/surfaces.tsx';
import { bellStore, useBell } from './bell-store.ts';
import styles from './notifications.module.css';

const SHORT = 10;

/** What a person was told, the latest first; what arrives meanwhile stands on top. */
export function NotificationList({ compact = false, onGo }: { compact?: boolean; onGo?: () => void }) {
  const { t } = useTranslation('notifications');
  const { locale } = usePage();
  const { arrived, unread } = useBell();
  const pages = usePages('GET /api/v1/notifications', { limit: compact ? SHORT : 50 });
  const items = useMemo(() => {
    const read = pages.data?.pages.flatMap((page) => page.items) ?? [];
    const known = new Set(read.map((one) => one.id));
    const fresh = arrived.filter((one) => !known.has(one.id)).map(({ texts, ...one }): Notification => ({ ...one, text: texts[locale] }));
    return [...fresh, ...read];
  }, [pages.data, arrived, locale]);
  const Heading = compact ? 'h2' : 'h1';

  const markRead = (body: { ids?: string[]; upTo?: string }) =>
    void api('POST /api/v1/notifications/read', { body }).then(
      (answer) => {
        bellStore.counted(answer.unread);
        void pages.refetch();
      },
      () => undefined, // it stays unread, which is what the person sees
    );

  return (
    <>
      <header className={styles.head}>
        <Heading>{t('title')}</Heading>
        {(unread ?? 0) > 0 && items[0] !== undefined && (
          <Button size="s" kind="quiet" onClick={() => markRead({ upTo: items[0]?.id as string })}>
            <Icon name="check" size="s" />
            {t('read_all')}
          </Button>
        )}
      </header>
      {pages.isPending ? (
        <Loading label={t('loading')}>
          {[72, 58, 80].map((width) => (
            <div key={width} className={styles.item}>
              <Skeleton width={36} height={36} style={{ borderRadius: '50%' }} />
              <Skeleton width={`${width}%`} height={14} />
            </div>
          ))}
        </Loading>
      ) : pages.isError && items.length === 0 ? (
        <ErrorState title={t('failed')} problem={pages.error} onRetry={() => void pages.refetch()} retrying={pages.isFetching} />
      ) : items.length === 0 ? (
        <EmptyState title={t('empty.title')} text={t('empty.text')} />
      ) : (
        <ol className={styles.list}>
          {(compact ? items.slice(0, SHORT) : items).map((one) => (
            <li key={one.id}>
              <Link
                to={one.link}
                className={clsx(styles.item, one.readAt === null && styles.unread)}
                onClick={() => {
                  if (one.readAt === null) markRead({ ids: [one.id] });
                  onGo?.();
                }}
              >
                {one.actor === null ? (
                  <span className={styles.sign}>
                    <Icon name="bell" size="s" />
                  </span>
                ) : (
                  <Avatar person={one.actor} />
                )}
                <span className={styles.says}>
                  <span>{one.text}</span>
                  <span className="t13 dim">
                    {one.readAt === null && <span className="vh">{t('unread')}: </span>}
                    <Ago at={one.createdAt} />
                  </span>
                </span>
                {one.image !== null && <img src={one.image} alt="" loading="lazy" width={72} height={40} className={styles.image} />}
              </Link>
            </li>
          ))}
        </ol>
      )}
      {!compact && pages.hasNextPage && (
        <LoadMore busy={pages.isFetchingNextPage} failed={pages.isFetchNextPageError} onMore={() => void pages.fetchNextPage()}>
          {t('more')}
        </LoadMore>
      )}
    </>
  );
}
