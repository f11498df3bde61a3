import type { AdminZone } from '@madang/zones/contract';
import { type FormEvent, useState } from 'react';
import type { MetaDescriptor } from 'react-router';
import { api } from '../../api/browser.ts';
import { useChange } from '../../api/use-change.ts';
import { useEndpoint } from '../../api/use-endpoint.ts';
import { useFormat } from '../../i18n/format.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useText } from '../../shell/page.ts';
import { Badge, OnlineCount } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Complaint } from '../../ui/complaint.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ZoneMark } from '../../ui/mark.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { Table } from '../../ui/surfaces.tsx';
import type { Route } from './+types/zones-page';
import styles from './admin.module.css';
import { adminMeta } from './admin-meta.ts';
import { PageHead } from './page-head.tsx';
import { RowSkeletons } from './row-skeletons.tsx';

export function meta({ matches }: Route.MetaArgs): MetaDescriptor[] | undefined {
  return adminMeta(matches, 'zones', '/admin/zones');
}

interface Entering {
  readonly zone: AdminZone;
  /** `scheme://host[:port]` of the zone's front door. */
  readonly origin: string;
}

/** Every zone of the city with its limits, and the audited way into each. */
export default function ZonesPage() {
  const { t } = useTranslation('admin');
  const text = useText();
  const format = useFormat();
  const zones = useEndpoint('GET /api/v1/admin/zones');
  const city = useEndpoint('GET /api/v1/city', { refetchInterval: 15_000 });
  const [entering, setEntering] = useState<Entering>();
  return (
    <>
      <PageHead title={t('section.zones')} text={t('zones.text')} />
      <div className={`card ${styles.table}`}>
        {zones.data === undefined ? (
          zones.isError ? (
            <ErrorState title={t('zones.failed')} problem={zones.error} onRetry={() => void zones.refetch()} retrying={zones.isFetching} />
          ) : (
            <RowSkeletons label={t('section.zones')} rows={8} />
          )
        ) : (
          <Table label={t('section.zones')} className={styles.plain}>
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
      {entering && <EnterDialog entering={entering} onClose={() => setEntering(undefined)} />}
    </>
  );
}

/** Asks for the reason, which both zones' logs keep, and crosses over with a code of one minute. */
function EnterDialog({ entering: { zone, origin }, onClose }: { entering: Entering; onClose: () => void }) {
  const { t } = useTranslation('admin');
  const text = useText();
  const [crossing, setCrossing] = useState(false);
  const { run, busy, problem } = useChange((reason: string) => api('POST /api/v1/auth/enter', { body: { zoneId: zone.id, reason } }));
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const issued = await run(String(new FormData(event.currentTarget).get('reason')));
    if (issued === undefined) return;
    setCrossing(true);
    location.assign(`${origin}/enter?code=${encodeURIComponent(issued.answer.code)}`);
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('zones.enter_title', { name: text(zone.names) })}
      text={t('zones.enter_text')}
    >
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <Complaint problem={problem} />
        <TextField
          label={t('zones.reason')}
          name="reason"
          required
          minLength={3}
          maxLength={300}
          autoFocus
          autoComplete="off"
          help={t('zones.reason_help')}
          error={problem?.field('reason')}
        />
        <div className="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" kind="primary" busy={busy || crossing}>
            {t('zones.enter')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
