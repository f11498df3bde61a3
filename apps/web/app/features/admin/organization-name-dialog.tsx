import type { Organization } from '@madang/identity/contract';
import type { FormEvent } from 'react';
import { api } from '../../api/browser.ts';
import { useChange } from '../../api/use-change.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Button } from '../../ui/button.tsx';
import { Complaint, useRefusal } from '../../ui/complaint.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { toast } from '../../ui/toast.ts';
import styles from './admin.module.css';

export interface NameDialogProps {
  /** Undefined to found a new one. */
  organization: Organization | undefined;
  onClose: () => void;
  onDone: () => void;
}

/** Founds an organization, or gives one another name. */
export default function OrganizationNameDialog({ organization, onClose, onDone }: NameDialogProps) {
  const { t } = useTranslation('administration');
  const refusal = useRefusal();
  const { run, busy, problem } = useChange((name: string) =>
    organization === undefined
      ? api('POST /api/v1/admin/organizations', { body: { name } })
      : api('PATCH /api/v1/admin/organizations/:organizationId', { params: { organizationId: organization.id }, body: { name } }),
  );
  const taken = problem?.code === 'identity.organization_name_taken';
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name'));
    if ((await run(name)) === undefined) return;
    toast({ text: t(organization === undefined ? 'organizations.created' : 'organizations.renamed', { name: name.trim() }) });
    onDone();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t(organization === undefined ? 'organizations.create' : 'organizations.rename')}
    >
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        {!taken && <Complaint problem={problem} />}
        <TextField
          label={t('column.name')}
          name="name"
          required
          maxLength={80}
          autoFocus
          autoComplete="off"
          defaultValue={organization?.name}
          error={taken ? refusal(problem) : problem?.field('name')}
        />
        <div className="dialog-actions">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" kind="primary" busy={busy}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
