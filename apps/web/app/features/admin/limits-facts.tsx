import type { AdminZone } from '@madang/zones/contract';
import { useFormat } from '../../i18n/format.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import styles from './settings.module.css';

export function LimitsFacts({ zone }: { zone: AdminZone }) {
  const { t } = useTranslation('administration');
  const format = useFormat();
  const { storageBytes, seats, attachmentBytes, guestsMayCreate } = zone.limits;
  return (
    <section className={`card ${styles.section}`}>
      <dl className={styles.limits}>
        <div>
          <dt>{t('limits.storage')}</dt>
          <dd>{format.bytes(storageBytes)}</dd>
        </div>
        <div>
          <dt>{t('limits.seats')}</dt>
          <dd>{format.number(seats)}</dd>
        </div>
        <div>
          <dt>{t('limits.attachment')}</dt>
          <dd>{format.bytes(attachmentBytes)}</dd>
        </div>
        <div>
          <dt>{t('limits.guests')}</dt>
          <dd>{guestsMayCreate ? t('limits.allowed') : t('limits.not_allowed')}</dd>
        </div>
      </dl>
    </section>
  );
}
