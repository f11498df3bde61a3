import { useState } from 'react';
import { session } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Button } from '../../../ui/button.tsx';
import { toast } from '../../../ui/toast.ts';
import styles from './composer.module.css';

/** For who came without a name: one tap and they talk. */
export function GuestDoor({ onEntered }: { onEntered: () => void }) {
  const { t } = useTranslation('chat');
  const { locale } = usePage();
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    try {
      await session().ensurePerson(locale);
      onEntered();
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.document.message || t('guest.failed'), urgent: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className={styles.guest}>
      <span className="grow">{t('guest.hello')}</span>
      <Button size="s" kind="primary" busy={busy} onClick={() => void enter()}>
        {t('guest.enter')}
      </Button>
    </div>
  );
}
