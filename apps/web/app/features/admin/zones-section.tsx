import type { AdminZone } from '@madang/zones/contract';
import { lazy, Suspense, useState } from 'react';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useText } from '../../shell/page.ts';
import { Badge, OnlineCount } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ZoneMark } from '../../ui/mark.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { Table } from '../../ui/surfaces.tsx';
import styles from './admin.module.css';
import { PageHead } from './page-head.tsx';
import { RowSkeletons } from './row-skeletons.tsx';

const EnterDialog = lazy(() => import('./enter-dialog.tsx'));

/** Every zone of the city with its limits, and the audited way into each. */
export default function ZonesSection() {
  const { t } = useTranslation('administration');
  const text = useText();
  const format = useFormat();
  const zones = useEndpoint('GET /api/v1/admin/zones');
  const city = useEndpoint('GET /api/v1/city', { refetchInterval: 15_000 });
  const [entering, setEntering] = useState<{ zone: AdminZone; origin: string }>();
  return (
    <>
      <PageHead title={t('admin:section.zones')} text={t('zones.text')} />
      <div className={`card ${styles.table}`}>
        {zones.data === undefined ? (
          zones.isError ? (
            <ErrorState title={t('zones.failed')} problem={zones.error} onRetry={() => void zones.refetch()} retrying={zones.isFetching} />
          ) : (
            <RowSkeletons label={t('admin:section.zones')} rows={8} />
          )
        ) : (
          <Table label={t('admin:section.zones')} className={styles.plain}>
            <thead>
              <tr>
                <th scope="col">{t('zones.zone')}</th>
                <th scope="col" className={styles.narrow}>
                  {t('column.online')}
                </th>
                <th scope="col" className="figure hide-md">
                  {t('limits.seats')}
                </th>
                <th scope="col" className="figure hide-md">
                  {t('limits.storage')}
                </th>
                <th scope="col" className="hide-md">
                  {t('zones.domains')}
                </th>
                <th scope="col" className={styles.action}>
                  <span className="vh">{t('column.actions')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {zones.data.items.map((zone) => {
                const seen = city.data?.items.find((one) => one.id === zone.id);
                return (
                  <tr key={zone.id}>
                    <td>
                      <div className="row zone" style={{ '--zone-hue': zone.hue, gap: 12 }}>
                        <ZoneMark zoneId={zone.id} />
                        <span className="col grow">
                          <span className="row">
                            <b className="b6 trunc">{text(zone.names)}</b>
                            {zone.portal && <Badge>{t('zones.portal')}</Badge>}
                            {zone.status === 'closed' && <Badge kind="warn">{t('zones.closed')}</Badge>}
                          </span>
                          <span className="t12 dim trunc">{text(zone.taglines)}</span>
                        </span>
                      </div>
                    </td>
                    <td>{seen && <OnlineCount value={seen.online} />}</td>
                    <td className="figure hide-md">{format.number(zone.limits.seats)}</td>
                    <td className="figure hide-md">{format.bytes(zone.limits.storageBytes)}</td>
                    <td className="mut hide-md trunc">{zone.domains.length === 0 ? '–' : zone.domains.join(', ')}</td>
                    <td className={styles.action}>
                      {!zone.portal && seen && (
                        <Button
                          size="s"
                          aria-label={t('zones.enter_of', { name: text(zone.names) })}
                          onClick={() => setEntering({ zone, origin: seen.origin })}
                        >
                          <Icon name="door" size="s" />
                          {t('zones.enter')}
                        </Button>
                      )}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </Table>
        )}
      </div>
      <Suspense>{entering && <EnterDialog {...entering} onClose={() => setEntering(undefined)} />}</Suspense>
    </>
  );
}
