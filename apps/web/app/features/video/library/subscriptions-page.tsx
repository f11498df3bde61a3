import { attempt } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import type { VideoCardData } from '../cards/poster.tsx';
import { useList } from '../cards/use-list.ts';
import { VideoGrid } from '../cards/video-grid.tsx';
import { ChannelList } from '../channel/channel-list.tsx';
import type { Route } from './+types/subscriptions-page';
import styles from './library.module.css';
import { LibraryTabs } from './library-tabs.tsx';
import { SignInFirst } from './sign-in-first.tsx';

const QUERY = { list: 'subscriptions', limit: 24 } as const;

export async function loader({ context }: Route.LoaderArgs) {
  const [channels, videos] = await Promise.all([
    attempt(context, 'GET /api/v1/subscriptions', { query: { limit: 100 } }),
    attempt(context, 'GET /api/v1/videos', { query: QUERY }),
  ]);
  return { channels, videos };
}

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('video:subscriptions'), path: '/subscriptions', index: false });
}

/** What the channels one follows have made, and which they are. */
export default function SubscriptionsPage({ loaderData }: Route.ComponentProps) {
  const { t } = useTranslation('watch');
  const { person } = usePage();
  const { channels, videos } = loaderData;
  const list = useList<'GET /api/v1/videos', VideoCardData>('GET /api/v1/videos', { query: QUERY }, videos);
  return (
    <div className="page">
      <LibraryTabs />
      <h1 className="vh">{t('video:subscriptions')}</h1>
      {person === null ? (
        <SignInFirst title={t('subscriptions.door')} text={t('subscriptions.door_text')} />
      ) : (
        <>
          {channels.ok && channels.body.items.length > 0 && (
            <section className={styles.part}>
              <h2 className={styles.partHead}>{t('subscriptions.channels')}</h2>
              <ChannelList channels={channels.body.items} />
            </section>
          )}
          <section className={styles.part}>
            {channels.ok && channels.body.items.length > 0 && <h2 className={styles.partHead}>{t('subscriptions.videos')}</h2>}
            <VideoGrid
              list={list}
              empty={
                <div className="card">
                  <EmptyState
                    title={t('subscriptions.empty')}
                    text={t('subscriptions.empty_text')}
                    action={
                      <ButtonLink kind="primary" to="/watch">
                        {t('home.all')}
                      </ButtonLink>
                    }
                  />
                </div>
              }
            />
          </section>
        </>
      )}
    </div>
  );
}
