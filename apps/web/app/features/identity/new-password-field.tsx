import clsx from 'clsx';
import { useState } from 'react';
import { useTranslation } from '../../i18n/use-translation.ts';
import { PasswordField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import styles from './entry-form.module.css';

/** As the server's password policy reads it: eight characters, and one of each of four kinds. */
const RULES = {
  length: /^.{8,}$/su,
  upper: /\p{Lu}/u,
  lower: /\p{Ll}/u,
  digit: /\p{Nd}/u,
  symbol: /[^\p{L}\p{Nd}\s]/u,
} as const;

/** Says which rules are met while the password is written, not after. */
export function NewPasswordField({ error, label, name = 'password' }: { error?: string; label?: string; name?: string }) {
  const { t } = useTranslation('identity');
  const [password, setPassword] = useState('');
  return (
    <div className="col" style={{ gap: 8 }}>
      <PasswordField
        label={label ?? t('field.password')}
        name={name}
        autoComplete="new-password"
        required
        maxLength={200}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={error}
      />
      <ul className={styles.rules}>
        {Object.entries(RULES).map(([rule, pattern]) => {
          const met = pattern.test(password);
          return (
            <li key={rule} className={clsx(styles.rule, met && styles.met)}>
              {met && <Icon name="check" size="s" />}
              {t(`rule.${rule as keyof typeof RULES}`)}
              {met && <span className="vh">{t('rule.met')}</span>}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
