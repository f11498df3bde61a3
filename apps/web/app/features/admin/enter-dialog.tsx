import type { AdminZone } from '@madang/zones/contract';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/browser.ts';
import { useChange } from '../../api/use-change.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useText } from '../../shell/page.ts';
import { Button } from '../../ui/button.tsx';
import { Complaint } from '../../ui/complaint.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import styles from './admin.module.css';

export interface EnterDialogProps {
  zone: AdminZone;
  /** `scheme://host[:port]` of the zone's front door. */
  origin: string;
  onClose: () => void;
}

/** Asks for the reason, which both zones' logs keep, and crosses over with a code of one minute. */
export default function EnterDialog({ zone, origin, onClose }: EnterDialogProps) {
  const { t } = useTranslation('administration');
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
