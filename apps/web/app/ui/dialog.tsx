import { Dialog as Base } from '@base-ui/react/dialog';
import clsx from 'clsx';
import type { ReactElement, ReactNode } from 'react';

export interface DialogProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactElement;
  title: string;
  /** One or two sentences: what happens, what is safe. */
  text?: ReactNode;
  wide?: boolean;
  /** Buttons, the one to take last. */
  actions?: ReactNode;
  children?: ReactNode;
}

export function Dialog({ open, onOpenChange, trigger, title, text, wide = false, actions, children }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Viewport className="dialog-at">
          <Base.Popup className={clsx('dialog', wide && 'wide')}>
            <Base.Title className="dialog-title">{title}</Base.Title>
            {text && <Base.Description className="dialog-text">{text}</Base.Description>}
            {children && <div className="dialog-body">{children}</div>}
            {actions && <div className="dialog-actions">{actions}</div>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}

/** Any button that closes the dialog it stands in. */
export function DialogClose({ render }: { render: ReactElement }) {
  return <Base.Close render={render} />;
}
