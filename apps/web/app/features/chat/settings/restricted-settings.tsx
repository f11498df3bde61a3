import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useFormat } from '../../../i18n/format.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './settings.module.css';

/** Who may not speak or come in, why, until when; and the way back. */
export default function RestrictedSettings() {
  const { t } = useMoreWords();
  const format = useFormat();
  const { roomId } = useRoomUi();
  const params = { roomId };
  const mutes = useEndpoint('GET /api/v1/rooms/:roomId/mutes', { input: { params } });
  const bans = useEndpoint('GET /api/v1/rooms/:roomId/bans', { input: { params } });
  const lift = (what: 'mute' | 'ban', userId: string) => {
    const input = { params: { roomId, userId } };
    const done =
      what === 'mute' ? api('DELETE /api/v1/rooms/:roomId/mutes/:userId', input) : api('DELETE /api/v1/rooms/:roomId/bans/:userId', input);
    done.then(
      () => (what === 'mute' ? mutes : bans).refetch(),
      (error: unknown) => {
        if (!(error instanceof ApiProblem)) throw error;
        toast({ text: error.document.message || t('failed'), urgent: true });
      },
    );
  };
  const all = [
    ...(mutes.data?.items ?? []).map((one) => ({ what: 'mute' as const, ...one })),
    ...(bans.data?.items ?? []).map((one) => ({ what: 'ban' as const, ...one })),
  ];
  if (all.length === 0) return <EmptyState title={t('settings.nobody_restricted')} />;
  return (
    <ul className={styles.list}>
      {all.map(({ what, person, reason, until }) => (
        <li key={`${what}-${person.id}`}>
          <Avatar person={person} size="s" />
          <span className="col grow">
            <span className="trunc">
              {person.name} <span className="dim">· {t(`settings.is_${what}`)}</span>
            </span>
            <span className="t12 dim trunc">
              {[until === null ? t('person.for_ever') : t('settings.until', { date: format.dateTime(new Date(until)) }), reason]
                .filter(Boolean)
                .join(' · ')}
            </span>
          </span>
          <Button size="s" onClick={() => lift(what, person.id)}>
            {t('settings.lift')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
