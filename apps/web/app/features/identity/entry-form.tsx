import { type ReactNode, useEffect, useRef } from 'react';
import { usePage, useText } from '../../shell/page.ts';
import { Icon } from '../../ui/icon.tsx';
import { ZoneMark } from '../../ui/mark.tsx';
import styles from './entry-form.module.css';

export interface EntryFormProps {
  title: string;
  text?: ReactNode;
  complaint?: string;
  onSubmit: (form: FormData) => void;
  children: ReactNode;
  foot?: ReactNode;
}

/** The frame of sign-in and its kin: one column at the door of the zone. */
export function EntryForm({ title, text, complaint, onSubmit, children, foot }: EntryFormProps) {
  const { zone } = usePage();
  const words = useText();
  const alert = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (complaint !== undefined) alert.current?.focus();
  }, [complaint]);
  return (
    <div className={styles.page}>
      <form
        className={styles.form}
        method="post"
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(new FormData(event.currentTarget));
        }}
      >
        <span className="row">
          <ZoneMark zoneId={zone.id} />
          <b className="b6">{words(zone.names)}</b>
        </span>
        <header className={styles.head}>
          <h1>{title}</h1>
          {text && <p className="mut">{text}</p>}
        </header>
        {complaint !== undefined && (
          <p className={styles.complaint} role="alert" ref={alert} tabIndex={-1}>
            <Icon name="alert" size="s" />
            {complaint}
          </p>
        )}
        {children}
        {foot && <footer className={styles.foot}>{foot}</footer>}
      </form>
    </div>
  );
}
