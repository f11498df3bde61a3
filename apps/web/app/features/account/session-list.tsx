import type { SessionView } from '@madang/identity/contract';
import { useState } from 'react';
import { api } from '../../api/browser.ts';
import type { Output } from '../../api/endpoints.ts';
import type { Attempt } from '../../api/load.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useReload } from '../../shell/page.ts';
import { Ago } from '../../ui/ago.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useRefusal } from '../../ui/complaint.tsx';
import { DeviceName } from '../../ui/device-name.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { toast } from '../../ui/toast.ts';
import { deviceOf } from '../../ui/user-agent.ts';
import styles from './account.module.css';

const ICONS = { computer: 'device', phone: 'phone', program: 'code' } as const;
const ALL = 'all';

/** Where I am signed in, and the way to end it there. Ending takes hold at once: it is not delayed for an undo. */
export function SessionList({ loaded }: { loaded: Attempt<Output<'GET /api/v1/users/me/sessions'>> }) {
  const { t } = useTranslation('account');
  const refusal = useRefusal();
  const reload = useReload();
  const [ending, setEnding] = useState<string>();

  async function end(which: string, call: () => Promise<unknown>, said: string): Promise<void> {
    setEnding(which);
    try {
      await call();
      toast({ text: said });
    } catch (error) {
      toast({ text: refusal(error), urgent: true });
    } finally {
      await reload();
      setEnding(undefined);
    }
  }

  if (!loaded.ok) return <ErrorState title={t('sessions.failed')} problem={loaded.problem} onRetry={() => void reload()} />;
  const { items } = loaded.body;
  const others = items.filter((one) => !one.current).length;
  return (
    <>
      <ul className={styles.sessions}>
        {items
          .toSorted((a, b) => Number(b.current) - Number(a.current))
          .map((one) => (
            <SessionRow
              key={one.id}
              session={one}
              busy={ending === one.id}
              onEnd={() =>
                void end(
                  one.id,
                  () => api('DELETE /api/v1/users/me/sessions/:sessionId', { params: { sessionId: one.id } }),
                  t('sessions.ended'),
                )
              }
            />
          ))}
      </ul>
      {others > 1 && (
        <Button busy={ending === ALL} onClick={() => void end(ALL, () => api('DELETE /api/v1/users/me/sessions'), t('sessions.ended_all'))}>
          {t('sessions.end_all', { count: others })}
        </Button>
      )}
    </>
  );
}

function SessionRow({ session, busy, onEnd }: { session: SessionView; busy: boolean; onEnd: () => void }) {
  const { t } = useTranslation('account');
  return (
    <li className={styles.session}>
      <Icon name={ICONS[deviceOf(session.userAgent).kind]} />
      <div className="col grow">
        <span className="row wrap">
          <b className="b6">
            <DeviceName userAgent={session.userAgent} />
          </b>
          {session.current && <Badge kind="ok">{t('sessions.this')}</Badge>}
        </span>
        <span className={`t13 dim num ${styles.facts}`}>
          <span>
            {session.current ? (
              t('sessions.now')
            ) : (
              <>
                {t('sessions.last_used')} <Ago at={session.lastUsedAt} />
              </>
            )}
          </span>
          {session.ip && <span>{session.ip}</span>}
          <span>
            {t('sessions.since')} <Time at={session.createdAt} as="date" />
          </span>
        </span>
      </div>
      {!session.current && (
        <Button size="s" busy={busy} onClick={onEnd}>
          {t('sessions.end')}
        </Button>
      )}
    </li>
  );
}
