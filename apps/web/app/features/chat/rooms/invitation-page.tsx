import { useCallback, useEffect, useState } from 'react';
import { useNavigate } from 'react-router';
import { api, session } from '../../../api/browser.ts';
import { usePage } from '../../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { StateMark } from '../../../ui/mark.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { roomsStore } from '../browser/rooms-store.ts';
import { useMoreWords } from '../words/use-more-words.ts';
import type { Route } from './+types/invitation-page';

export function meta({ matches, params }: Route.MetaArgs) {
  const page = pageOf(matches);
  const title = page && metaWords(page)?.('chat:room');
  return page && pageMeta(page, { title, path: `/rooms/invitations/${params.token}`, index: false });
}

/** Behind an invitation's link: whoever opens it is someone (a guest at least), and in. */
export default function InvitationPage({ params: { token } }: Route.ComponentProps) {
  const { t } = useMoreWords();
  const { locale } = usePage();
  const navigate = useNavigate();
  const [problem, setProblem] = useState<unknown>();
  const enter = useCallback(async () => {
    setProblem(undefined);
    try {
      await session().ensurePerson(locale);
      const room = await api('POST /api/v1/invitations/:token/accept', { params: { token } });
      void roomsStore().read();
      await navigate(`/rooms/${room.id}`, { replace: true });
    } catch (error) {
      setProblem(error);
    }
  }, [locale, navigate, token]);
  useEffect(() => void enter(), [enter]);
  if (problem !== undefined)
    return (
      <div className="page">
        <ErrorState title={t('invitation.failed')} problem={problem} onRetry={() => void enter()} />
        <ButtonLink to="/rooms" style={{ marginLeft: 32 }}>
          {t('closed.to_rooms')}
        </ButtonLink>
      </div>
    );
  return (
    <div className="state" role="status">
      <StateMark />
      <p>{t('invitation.opening')}</p>
    </div>
  );
}
