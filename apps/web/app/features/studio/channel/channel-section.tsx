import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { ButtonLink } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { channelPath } from '../layout/places.ts';
import layout from '../layout/studio.module.css';
import styles from './channel.module.css';
import { ChannelForm } from './channel-form.tsx';
import { MembersPart } from './members-part.tsx';

/** The name under which the person's videos stand, and who may see those for members. */
export default function ChannelSection() {
  const { t } = useTranslation('studioPages');
  const format = useFormat();
  const mine = useEndpoint('GET /api/v1/channels/mine');
  if (mine.isPending)
    return (
      <Loading label={t('studio:section.channel')}>
        <Skeleton height={280} style={{ borderRadius: 12 }} />
      </Loading>
    );
  if (mine.isError && mine.error.status !== 404)
    return <ErrorState title={t('channel.failed')} problem={mine.error} onRetry={() => void mine.refetch()} retrying={mine.isFetching} />;
  const channel = mine.data;
  if (channel === undefined)
    return (
      <section className={`card ${layout.part} ${styles.narrow}`}>
        <h2>{t('channel.make')}</h2>
        <p className="t13 mut">{t('channel.make_text')}</p>
        <ChannelForm channel={undefined} />
      </section>
    );
  return (
    <div className={layout.columns}>
      <div className={layout.stack}>
        <section className={`card ${layout.part}`}>
          <div className={styles.who}>
            <Avatar person={channel} size="l" />
            <div className="col grow">
              <b className="b6 trunc">{channel.name}</b>
              <span className="t13 dim trunc">
                {`@${channel.handle} · ${t('channel.subscribers', { count: channel.subscribers })} · ${t('channel.videos', { count: channel.videos })}`}
              </span>
              <span className="t13 dim num">{t('analytics.views', { count: channel.views })}</span>
            </div>
            <ButtonLink to={channelPath(channel.handle)}>
              {t('channel.visit')}
              <Icon name="chevron-right" size="s" />
            </ButtonLink>
          </div>
          <ChannelForm key={channel.id} channel={channel} />
          <p className={`t13 dim ${styles.since}`}>{t('channel.since', { date: format.date(new Date(channel.createdAt)) })}</p>
        </section>
      </div>
      <MembersPart channelId={channel.id} />
    </div>
  );
}
