import type { AdminZone } from '@madang/zones/contract';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/browser.ts';
import { useQueries } from '../../api/queries.ts';
import { useChange } from '../../api/use-change.ts';
import { endpointKey } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Button } from '../../ui/button.tsx';
import { Complaint } from '../../ui/complaint.tsx';
import { Switch, TextField } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './settings.module.css';

/** Decimal, as storage is sold and as the page shows it. */
const GIGABYTE = 1_000_000_000;
const MEGABYTE = 1_000_000;
type Limits = AdminZone['limits'];

/** Limits as an operator sets them. The last one to look wins nothing: a change from an older version is shown what is there now. */
export function LimitsForm({ zone, onStale }: { zone: AdminZone; onStale: () => void }) {
  const { t } = useTranslation('administration');
  const queries = useQueries();
  const [storage, setStorage] = useState(String(zone.limits.storageBytes / GIGABYTE));
  const [seats, setSeats] = useState(String(zone.limits.seats));
  const [attachment, setAttachment] = useState(String(zone.limits.attachmentBytes / MEGABYTE));
  const [guestsMayCreate, setGuests] = useState(zone.limits.guestsMayCreate);
  const { run, busy, problem } = useChange((limits: Partial<Limits>) =>
    api('PATCH /api/v1/admin/zone/limits', { body: { version: zone.version, ...limits } }),
  );
  const wanted: Limits = {
    storageBytes: Math.round(Number(storage) * GIGABYTE),
    seats: Number(seats),
    attachmentBytes: Math.round(Number(attachment) * MEGABYTE),
    guestsMayCreate,
  };
  const changed = (Object.keys(wanted) as (keyof Limits)[]).filter((key) => wanted[key] !== zone.limits[key]);
  const refresh = () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/admin/zone') }),
      queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/admin/zones') }),
    ]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const saved = await run(Object.fromEntries(changed.map((key) => [key, wanted[key]])));
    if (saved === undefined) return;
    const back = Object.fromEntries(changed.map((key) => [key, zone.limits[key]]));
    const undo = async () => {
      await api('PATCH /api/v1/admin/zone/limits', { body: { version: saved.answer.version, ...back } }).catch(() =>
        toast({ text: t('settings.undo_failed'), urgent: true }),
      );
      await refresh();
    };
    toast({ text: t('saved'), timeout: 8_000, action: { label: t('undo'), run: () => void undo() } });
    await refresh();
  };
  const conflict = problem?.status === 409;
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {conflict ? (
        <section className={styles.conflict} role="alert">
          <h2>{t('conflict.title')}</h2>
          <p className="t13">{t('limits.conflict')}</p>
          <div className="row">
            <Button kind="primary" onClick={onStale}>
              {t('conflict.take_theirs')}
            </Button>
          </div>
        </section>
      ) : (
        <Complaint problem={problem} />
      )}
      <section className={`card ${styles.section}`}>
        <div className={styles.pair}>
          <TextField
            label={t('limits.storage_gb')}
            type="number"
            min={0}
            max={1_125_899}
            step="any"
            required
            value={storage}
            onChange={(event) => setStorage(event.target.value)}
            error={problem?.field('storageBytes')}
          />
          <TextField
            label={t('limits.seats')}
            type="number"
            min={0}
            max={10_000_000}
            step={1}
            required
            value={seats}
            onChange={(event) => setSeats(event.target.value)}
            error={problem?.field('seats')}
          />
          <TextField
            label={t('limits.attachment_mb')}
            type="number"
            min={0.000001}
            max={1_073.741824}
            step="any"
            required
            value={attachment}
            onChange={(event) => setAttachment(event.target.value)}
            error={problem?.field('attachmentBytes')}
          />
        </div>
        <Switch label={t('limits.guests')} checked={guestsMayCreate} onChange={(event) => setGuests(event.target.checked)} />
        <div className="row">
          <Button type="submit" kind="primary" busy={busy} disabled={changed.length === 0 || conflict}>
            {t('save')}
          </Button>
        </div>
      </section>
    </form>
  );
}
