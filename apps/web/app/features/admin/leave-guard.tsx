import { useBeforeUnload, useBlocker } from 'react-router';
import { useTranslation } from '../../i18n/use-translation.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** While something is unsaved, leaving the page is asked for once more: what was typed could not be brought back. */
export default function LeaveGuard({ when }: { when: boolean }) {
  const { t } = useTranslation('administration');
  const blocker = useBlocker(({ currentLocation, nextLocation }) => when && currentLocation.pathname !== nextLocation.pathname);
  useBeforeUnload((event) => {
    if (when) event.preventDefault();
  });
  return (
    <Dialog
      open={blocker.state === 'blocked'}
      onOpenChange={(open) => !open && blocker.reset?.()}
      title={t('leave.title')}
      text={t('leave.text')}
      actions={
        <>
          <Button kind="quiet" onClick={() => blocker.proceed?.()}>
            {t('leave.go')}
          </Button>
          <Button kind="primary" onClick={() => blocker.reset?.()}>
            {t('leave.stay')}
          </Button>
        </>
      }
    />
  );
}
