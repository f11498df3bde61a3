import type { UploadLimits } from '@madang/media/contract';
import clsx from 'clsx';
import { type ReactNode, useRef } from 'react';
import { Button } from '../../../ui/button.tsx';
import { ACCEPTED } from '../engine/file-check.ts';
import styles from './upload.module.css';
import type { UploadQueue } from './upload-queue.ts';
import type { FileRow } from './use-file-rows.ts';

export interface FileLineProps {
  row: FileRow;
  limits: UploadLimits | null;
  queue: () => UploadQueue;
  selected: boolean;
  onSelect: () => void;
  /** Another row took this one's place. */
  onPick: (key: string) => void;
}

export interface LineFrameProps {
  title: string;
  poster: ReactNode;
  selected: boolean;
  onSelect?: () => void;
  bad?: boolean;
  actions?: ReactNode;
  children: ReactNode;
}

/** Picture, name, what can be done, and below it how far it is. */
export function LineFrame({ title, poster, selected, onSelect, bad = false, actions, children }: LineFrameProps) {
  return (
    <li className={clsx(styles.line, selected && styles.selected, bad && styles.bad)} aria-current={selected || undefined}>
      {poster}
      <div className={styles.body}>
        <div className={styles.top}>
          <h3 className="trunc grow">
            {onSelect === undefined ? (
              title
            ) : (
              <button type="button" className={styles.name} title={title} onClick={onSelect}>
                {title}
              </button>
            )}
          </h3>
          {actions && <div className={styles.actions}>{actions}</div>}
        </div>
        {children}
      </div>
    </li>
  );
}

/** A button that opens the device's own file chooser. */
export function ChooseFile({ label, disabled, onFile }: { label: string; disabled: boolean; onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button size="s" disabled={disabled} onClick={() => input.current?.click()}>
        {label}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        accept={ACCEPTED}
        disabled={disabled}
        aria-label={label}
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
    </>
  );
}
