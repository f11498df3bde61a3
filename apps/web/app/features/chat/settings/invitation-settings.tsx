import { useState } from 'react';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useFormat } from '../../../i18n/format.ts';
import { usePage } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { toast } from '../../../ui/toast.ts';
import { useRoomUi } from '../room/room-ui.ts';
import { PeoplePicker } from '../rooms/people-picker.tsx';
import { useMoreWords } from '../words/use-more-words.ts';
import styles from './settings.module.css';

const WEEK_MS = 7 * 24 * 3_600_000;

/** Links that let anyone in for a week, and people asked by name. */
export default function InvitationSettings() {
  const { t } = useMoreWords();
  const format = useFormat();
  const { origin } = usePage();
  const { roomId } = useRoomUi();
  const open = useEndpoint('GET /api/v1/rooms/:roomId/invitations', { input: { params: { roomId } } });
  const [link, setLink] = useState<string>();
  const [busy, setBusy] = useState(false);
  const refused = (error: unknown) => {
    if (!(error instanceof ApiProblem)) throw error;
    toast({ text: error.document.message || t('failed'), urgent: true });
  };
  const copy = (text: string) => navigator.clipboard.writeText(text).then(() => toast({ text: t('ui:copied') }));
  const makeLink = async () => {
    setBusy(true);
    try {
      const { token } = await api('POST /api/v1/rooms/:roomId/invitations', {
        params: { roomId },
        body: { expiresAt: new Date(Date.now() + WEEK_MS).toISOString() },
      });
      const made = `${origin}/rooms/invitations/${token ?? ''}`;
      setLink(made);
      void open.refetch();
      await copy(made).catch(() => undefined);
    } catch (error) {
      refused(error);
    } finally {
      setBusy(false);
    }
  };
  const invite = (userId: string, name: string) =>
    api('POST /api/v1/rooms/:roomId/invitations', { params: { roomId }, body: { userId } }).then(() => {
      toast({ text: t('settings.invited', { name }) });
      void open.refetch();
    }, refused);
  const withdraw = (invitationId: string) =>
    api('DELETE /api/v1/rooms/:roomId/invitations/:invitationId', { params: { roomId, invitationId } }).then(() => open.refetch(), refused);
  return (
    <div className={styles.form}>
      <div className={styles.link}>
        {link === undefined ? (
          <p className="mut grow">{t('settings.link_text')}</p>
        ) : (
          <input
            className="in grow"
            readOnly
            value={link}
            aria-label={t('settings.link')}
            onFocus={(event) => event.currentTarget.select()}
          />
        )}
        <Button kind="primary" busy={busy} onClick={() => (link === undefined ? void makeLink() : void copy(link))}>
          <Icon name="copy" size="s" />
          {link === undefined ? t('settings.link_make') : t('settings.link_copy')}
        </Button>
      </div>
      <PeoplePicker label={t('settings.invite_person')} chosen={[]} onChoose={({ id, name }) => void invite(id, name)} />
      {open.data && open.data.items.length > 0 && (
        <section>
          <h3 className="label">{t('settings.open_invitations')}</h3>
          <ul className={styles.list}>
            {open.data.items.map((invitation) => (
              <li key={invitation.id}>
                {invitation.invitee ? <Avatar person={invitation.invitee} size="s" /> : <Icon name="share" size="s" />}
                <span className="trunc grow">
                  {invitation.invitee?.name ?? t('settings.link')}
                  {invitation.expiresAt && (
                    <span className="t12 dim"> · {t('settings.until', { date: format.date(new Date(invitation.expiresAt)) })}</span>
                  )}
                </span>
                {invitation.invitee === null && <span className="t13 dim num">{t('settings.used', { count: invitation.uses })}</span>}
                <IconButton icon="close" size="s" label={t('settings.withdraw')} onClick={() => void withdraw(invitation.id)} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
