import { Popover as Base } from '@base-ui/react/popover';
import type { ReactNode } from 'react';
import type { Anchor } from '../room/room-ui.ts';

/** A pane beside something that is already on the page. */
export function FloatPanel({
  anchor,
  open = true,
  onClose,
  label,
  side = 'top',
  children,
}: {
  anchor: Anchor;
  open?: boolean;
  onClose: () => void;
  label: string;
  side?: 'top' | 'bottom';
  children: ReactNode;
}) {
  return (
    <Base.Root open={open} onOpenChange={(next) => next || onClose()}>
      <Base.Portal>
        <Base.Positioner className="menu-at" anchor={anchor} side={side} align="end" sideOffset={6} collisionPadding={8}>
          <Base.Popup className="menu" aria-label={label}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
