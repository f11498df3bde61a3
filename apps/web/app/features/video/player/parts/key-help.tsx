import { useEffect, useRef } from 'react';
import { useTranslation } from '../../../../i18n/use-translation.ts';
import { IconButton } from '../../../../ui/button.tsx';
import styles from '../player-menu.module.css';

const KEYS = [
  ['play', ['Space', 'k']],
  ['ten', ['j', 'l']],
  ['five', ['←', '→']],
  ['tenths', ['0', '9']],
  ['volume', ['↑', '↓']],
  ['mute', ['m']],
  ['captions', ['c']],
  ['fullscreen', ['f']],
  ['theatre', ['t']],
  ['pip', ['i']],
  ['rate', ['<', '>']],
  ['help', ['?']],
] as const;

/** What the keys do; inside the frame, so that it is there in full screen too. */
export default function KeyHelp({ theatre, onClose }: { theatre: boolean; onClose: () => void }) {
  const { t } = useTranslation('watch');
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.querySelector('button')?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div
      ref={panel}
      className={styles.help}
      role="dialog"
      aria-label={t('player.help.title')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' && event.key !== '?') return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <div className="row">
        <h2 className="grow">{t('player.help.title')}</h2>
        <IconButton icon="close" label={t('ui:close')} onClick={onClose} />
      </div>
      <dl>
        {KEYS.filter(([deed]) => theatre || deed !== 'theatre').map(([deed, keys]) => (
          <div key={deed}>
            <dt>{t(`player.help.${deed}`)}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
