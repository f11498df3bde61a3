import { Popover } from '@base-ui/react/popover';
import type { RefObject } from 'react';
import { useTranslation } from '../../i18n/use-translation.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { NotificationList } from './notification-list.tsx';
import styles from './notifications.module.css';

/** The latest, under the bell. */
export default function BellPanel({ anchor, onClose }: { anchor: RefObject<HTMLButtonElement | null>; onClose: () => void }) {
  const { t } = useTranslation('notifications');
  return (
    <Popover.Root
      open
      onOpenChange={(next, details) => {
        // A press on the bell itself is the bell's to answer.
        const { target } = details.event;
        if (details.reason === 'outside-press' && target instanceof Node && anchor.current?.contains(target)) return;
        if (!next) onClose();
      }}
    >
      <Popover.Portal>
        <Popover.Positioner className="menu-at" anchor={anchor} align="end" sideOffset={6} collisionPadding={8}>
          <Popover.Popup className={`menu ${styles.panel}`} finalFocus={anchor} aria-label={t('title')}>
            <NotificationList compact onGo={onClose} />
            <footer className={styles.foot}>
              <ButtonLink to="/notifications" kind="quiet" size="s" onClick={onClose}>
                {t('all')}
              </ButtonLink>
              <ButtonLink to="/notifications#preferences" kind="quiet" size="s" onClick={onClose}>
                {t('preferences.title')}
              </ButtonLink>
            </footer>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
