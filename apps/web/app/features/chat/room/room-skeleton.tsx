import { useTranslation } from '../../../i18n/use-translation.ts';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import composer from '../composer/composer.module.css';
import message from '../message/message.module.css';
import styles from './room.module.css';
import stream from './stream.module.css';

const WIDTHS = [56, 34, 72, 48, 64];

/** A room whose code is on its way. It is drawn with the room's own styles, which so stand in the page before the code does. */
export function RoomSkeleton() {
  const { t } = useTranslation('chat');
  return (
    <div className={`${styles.room} ${styles.alone}`}>
      <section className={styles.talk} aria-label={t('room')}>
        <header className={styles.head}>
          <Skeleton width={160} height={16} />
        </header>
        <div className={stream.stream}>
          <div className={stream.scroller}>
            <Loading label={t('room')}>
              {WIDTHS.map((width) => (
                <div key={width} className={`${message.message} ${message.first}`}>
                  <Skeleton width={36} height={36} style={{ borderRadius: '50%' }} />
                  <span>
                    <Skeleton width={96} height={12} style={{ margin: '5px 0' }} />
                    <Skeleton width={`${width}%`} height={12} style={{ margin: '5px 0' }} />
                  </span>
                </div>
              ))}
            </Loading>
          </div>
        </div>
        <div className={styles.typing} />
        <div className={composer.composer}>
          <div className={composer.box}>
            <div className={composer.line}>
              <Skeleton height={36} width="100%" />
            </div>
          </div>
        </div>
      </section>
    </div>
  );
}
