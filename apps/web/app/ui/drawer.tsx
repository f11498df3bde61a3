import { Dialog as Base } from '@base-ui/react/dialog';
import clsx from 'clsx';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from '../i18n/use-translation.ts';
import { IconButton } from './button.tsx';

export interface DrawerProps {
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  trigger?: ReactElement;
  title: string;
  side?: 'start' | 'end';
  /** On a phone it comes up from the bottom edge instead. */
  sheet?: boolean;
  children: ReactNode;
}

/** A pane from the edge; the page behind it waits. */
export function Drawer({ open, onOpenChange, trigger, title, side = 'end', sheet = false, children }: DrawerProps) {
  const { t } = useTranslation();
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange?.(next)}>
      {trigger && <Base.Trigger render={trigger} />}
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup className={clsx('drawer', side === 'start' && 'start', sheet && 'sheet')}>
          <header className="drawer-head">
            <Base.Title className="grow trunc">{title}</Base.Title>
            <Base.Close render={<IconButton icon="close" label={t('close')} />} />
          </header>
          <div className="drawer-body">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
