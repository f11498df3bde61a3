import { Toast } from '@base-ui/react/toast';
import { useEffect } from 'react';
import { useTranslation } from '../i18n/use-translation.ts';
import { IconButton } from './button.tsx';
import { receiveToasts } from './toast.ts';

export default function ToastHost() {
  return (
    <Toast.Provider limit={3}>
      <Received />
    </Toast.Provider>
  );
}

function Received() {
  const { t } = useTranslation();
  const { add, close, toasts } = Toast.useToastManager();
  useEffect(
    () =>
      receiveToasts(({ text, action, timeout, urgent }) => {
        const id = add({
          description: text,
          timeout,
          priority: urgent ? 'high' : 'low',
          // Taken once: what was undone is not undone again.
          actionProps: action && {
            children: action.label,
            onClick: () => {
              close(id);
              action.run();
            },
          },
        });
      }),
    [add, close],
  );
  return (
    <Toast.Portal>
      <Toast.Viewport className="toasts">
        {toasts.map((one) => (
          <Toast.Root key={one.id} toast={one} className="toast">
            <Toast.Description className="grow" />
            {one.actionProps && <Toast.Action className="btn sm" />}
            <Toast.Close render={<IconButton icon="close" size="s" label={t('close')} />} />
          </Toast.Root>
        ))}
      </Toast.Viewport>
    </Toast.Portal>
  );
}
