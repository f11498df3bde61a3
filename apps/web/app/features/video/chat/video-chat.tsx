import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Button } from '../../../ui/button.tsx';
import { useRefusal } from '../../../ui/complaint.tsx';
import { EmptyState, ErrorState } from '../../../ui/states.tsx';
import { toast } from '../../../ui/toast.ts';
import { useOpenRoom, useRoom } from '../../chat/browser/use-room.ts';
import composerStyles from '../../chat/composer/composer.module.css';
import type { ComposerHandle, ComposerTarget } from '../../chat/composer/composer.tsx';
import { ComposerPlace } from '../../chat/composer/composer-place.tsx';
import type { LoadedRoom } from '../../chat/engine/open-room.ts';
import type { RoomSession } from '../../chat/engine/room-session.ts';
import { MessageStream } from '../../chat/room/message-stream.tsx';
import { type Floating, type RoomUi, RoomUiContext } from '../../chat/room/room-ui.ts';
import { useNames } from '../../chat/room/use-names.ts';
import { useSomeone } from '../sign-in-path.ts';
import styles from './chat.module.css';
import { ChatGhosts } from './chat-ghosts.tsx';

const LiveRoom = lazy(() => import('../../chat/room/live-room.tsx'));
const PassingBy = lazy(() => import('../../chat/room/passing-by.tsx'));
const Floats = lazy(() => import('../../chat/room/floats.tsx'));

/** The room of a video, read when it is opened. */
export default function VideoChat({ roomId }: { roomId: string }) {
  const { t } = useTranslation('watch');
  const room = useEndpoint('GET /api/v1/rooms/:roomId', { input: { params: { roomId } } });
  const page = useEndpoint('GET /api/v1/rooms/:roomId/messages', {
    input: { params: { roomId }, query: { limit: 50 } },
    enabled: room.data !== undefined,
  });
  const [loaded, setLoaded] = useState<LoadedRoom>();
  if (loaded === undefined && room.data !== undefined && page.data !== undefined)
    setLoaded({ room: room.data, page: page.data.items, openAt: undefined });
  const problem = room.error ?? page.error;
  if (loaded !== undefined) return <CompactRoom loaded={loaded} />;
  if (problem === null) return <ChatGhosts />;
  // Whoever is no one yet comes in by one tap: that is a door, not an error.
  if (problem.status === 401) return <Door onEntered={() => void room.refetch()} />;
  return <ErrorState title={t('chat.failed')} problem={problem} onRetry={() => void (room.error ? room.refetch() : page.refetch())} />;
}

function Door({ onEntered }: { onEntered: () => void }) {
  const { t } = useTranslation('watch');
  const refusal = useRefusal();
  const someone = useSomeone();
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    try {
      await someone();
      onEntered();
    } catch (error) {
      toast({ text: refusal(error), urgent: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <EmptyState
      title={t('chat.door')}
      text={t('chat.door_text')}
      action={
        <Button kind="primary" busy={busy} onClick={() => void enter()}>
          {t('chat.enter')}
        </Button>
      }
    />
  );
}

/** The stream and the composer, without what a room of its own has around them. */
function CompactRoom({ loaded }: { loaded: LoadedRoom }) {
  const { t } = useTranslation('chat');
  const { person } = usePage();
  const refusal = useRefusal();
  const me = person?.id;
  const open = useOpenRoom(loaded, me);
  const [session, setSession] = useState<RoomSession>();
  const room = useRoom(open, (model) => model.room);
  const access = useRoom(open, (model) => model.access);
  const nameOf = useNames(open);
  const [floating, setFloating] = useState<Floating | null>(null);
  const [target, setTarget] = useState<ComposerTarget | null>(null);
  const composer = useRef<ComposerHandle>(null);
  const { may } = room;
  const ui = useMemo((): RoomUi => {
    const refused = (error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: refusal(error), urgent: true });
    };
    return {
      open,
      session,
      roomId: room.id,
      me,
      may,
      nameOf,
      float: setFloating,
      reply: (message) => setTarget({ kind: 'reply', message }),
      edit: (message) => setTarget({ kind: 'edit', message }),
      mention: (someone) => composer.current?.mention(someone),
      jump: (seq) => void open.history.jump({ seq }).catch(refused),
      react: (message, reaction, on) => void session?.react(message, reaction, on).catch(refused),
      write: (written) => {
        if (session !== undefined) session.queue.write(written);
        else void import('../../chat/browser/write-ahead.ts').then(({ writeAhead }) => writeAhead(open.store, room.id, me, written));
      },
      pin: (message, on) => {
        const params = { roomId: room.id };
        const done = on
          ? api('POST /api/v1/rooms/:roomId/pins', { params, body: { messageId: message.id } })
          : api('DELETE /api/v1/rooms/:roomId/pins/:messageId', { params: { ...params, messageId: message.id } });
        done.then(() => toast({ text: on ? t('pins.pinned') : t('pins.unpinned') }), refused);
      },
    };
  }, [open, session, room.id, me, may, nameOf, refusal, t]);

  if (access !== 'open') return <p className={composerStyles.closed}>{t('closed.gone')}</p>;
  return (
    <RoomUiContext value={ui}>
      <Suspense>{me === undefined ? <PassingBy /> : <LiveRoom me={me} onSession={setSession} />}</Suspense>
      <div className={styles.stream}>
        <MessageStream
          held={floating !== null && 'message' in floating ? floating.message.seq : undefined}
          editing={target?.kind === 'edit' ? target.message.id : undefined}
        />
      </div>
      {may.send ? (
        <ComposerPlace ref={composer} target={target} onTarget={setTarget} />
      ) : (
        <p className={composerStyles.closed} role="status">
          {room.membership === null ? t('composer.read_only') : t('composer.muted')}
        </p>
      )}
      {floating !== null && (
        <Suspense>
          <Floats floating={floating} onClose={() => setFloating((now) => (now === floating ? null : now))} />
        </Suspense>
      )}
    </RoomUiContext>
  );
}
