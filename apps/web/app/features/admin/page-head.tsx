import type { ReactNode } from 'react';
import styles from './admin.module.css';

/** A section's title, what it is for, and its one action at the end. */
export function PageHead({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <header className={styles.head}>
      <div className="col grow">
        <h1>{title}</h1>
        {text && <p className="mut t13">{text}</p>}
      </div>
      {children}
    </header>
  );
}
