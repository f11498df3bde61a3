import { Link } from 'react-router';
import type { Output } from '../../../api/endpoints.ts';
import { useFormat } from '../../../i18n/format.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import styles from '../library/library.module.css';

export type ChannelCard = Output<'GET /api/v1/subscriptions'>['items'][number];

export function Subscribers({ value }: { value: number }) {
  const { t } = useTranslation('watch');
  const format = useFormat();
  return <span className="num">{t('channel.subscribers', { count: value, n: format.compact(value) })}</span>;
}

export function ChannelList({ channels }: { channels: readonly ChannelCard[] }) {
  return (
    <ul className={styles.channels}>
      {channels.map((channel) => (
        <li key={channel.id} className={`card ${styles.channel}`}>
          <Avatar person={channel} size="l" />
          <div className="col grow">
            <h3 className="trunc">
              <Link to={`/@${channel.handle}`} prefetch="intent">
                {channel.name}
              </Link>
            </h3>
            <p className="t12 dim trunc">
              @{channel.handle} · <Subscribers value={channel.subscribers} />
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
