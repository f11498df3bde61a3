import type { Person } from '@madang/chat/contract';
import { type DragEvent, lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { useHydrated } from '../../../ui/time.tsx';
import { toast } from '../../../ui/toast.ts';
import { useOpenRoom, useRoom } from '../browser/use-room.ts';
import composerStyles from '../composer/composer.module.css';
import type { ComposerHandle, ComposerTarget } from '../composer/composer.tsx';
import { ComposerPlace } from '../composer/composer-place.tsx';
import type { LoadedRoom } from '../engine/open-room.ts';
import type { RoomSession } from '../engine/room-session.ts';
import { roomName } from '../rooms/room-name.ts';
import { ClosedRoom } from './closed-room.tsx';
import { MessageStream } from './message-stream.tsx';
import { PanelGhosts } from './panel-ghosts.tsx';
import styles from './room.module.css';
import { RoomHeader } from './room-header.tsx';
import { type Floating, type Panel, type RoomUi, RoomUiContext } from './room-ui.ts';
import { useNames } from './use-names.ts';
import { useWide } from './use-wide.ts';

const LiveRoom = lazy(() => import('./live-room.tsx'));
const PassingBy = lazy(() => import('./passing-by.tsx'));
const TypingLine = lazy(() => import('./typing-line.tsx'));
const SidePanel = lazy(() => import('./side-panel.tsx'));
const Floats = lazy(() => import('./floats.tsx'));

/** One room, open: header, stream, composer, and what stands beside them. */
export function RoomView({ loaded }: { loaded: LoadedRoom }) {
  const { t } = useTranslation('chat');
  const { person } = usePage();
  const me = person?.id;
  const open = useOpenRoom(loaded, me);
  const [session, setSession] = useState<RoomSession>();
  const room = useRoom(open, (model) => model.room);
  const access = useRoom(open, (model) => model.access);
  const nameOf = useNames(open);
  const wide = useWide();
  const hydrated = useHydrated();
  const [beside, setBeside] = useState<Panel | null>(me === undefined ? null : 'people');
  const [over, setOver] = useState<Panel | null>(null);
  const [panel, setPanel] = wide ? [beside, setBeside] : [over, setOver];
  const [floating, setFloating] = useState<Floating | null>(null);
  const [target, setTarget] = useState<ComposerTarget | null>(null);
  const composer = useRef<ComposerHandle>(null);
  const [dropping, setDropping] = useState(false);

  const { openAt } = loaded;
  useEffect(() => {
    if (openAt !== undefined) open.history.jump({ seq: openAt }).catch(() => undefined);
  }, [open, openAt]);

  const { may } = room;
  const ui = useMemo((): RoomUi => {
    const refused = (error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.document.message || t('failed'), urgent: true });
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
      mention: (someone: Person) => composer.current?.mention(someone),
      jump: (seq) => void open.history.jump({ seq }).catch(refused),
      react: (message, reaction, on) => void session?.react(message, reaction, on).catch(refused),
      write: (written) => {
        if (session !== undefined) session.queue.write(written);
        else void import('../browser/write-ahead.ts').then(({ writeAhead }) => writeAhead(open.store, room.id, me, written));
      },
      pin: (message, on) => {
        const params = { roomId: room.id };
        const done = on
          ? api('POST /api/v1/rooms/:roomId/pins', { params, body: { messageId: message.id } })
          : api('DELETE /api/v1/rooms/:roomId/pins/:messageId', { params: { ...params, messageId: message.id } });
        done.then(() => toast({ text: on ? t('pins.pinned') : t('pins.unpinned') }), refused);
      },
    };
  }, [open, session, room.id, me, may, nameOf, t]);

  if (access !== 'open') {
    const code = access === 'banned' ? 'chat.banned' : 'chat.room_not_found';
    return <ClosedRoom roomId={room.id} problem={{ status: access === 'banned' ? 403 : 404, code }} />;
  }

  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    <RoomUiContext value={ui}>
      <div className={panel === null ? `${styles.room} ${styles.alone}` : styles.room}>
        <section
          className={styles.talk}
          aria-label={roomName(room)}
          onDragOver={(event) => {
            if (!carriesFiles(event) || !may.send) return;
            event.preventDefault();
            setDropping(true);
          }}
          onDragLeave={(event) => event.currentTarget.contains(event.relatedTarget as Node | null) || setDropping(false)}
          onDrop={(event) => {
            setDropping(false);
            if (!carriesFiles(event) || !may.send) return;
            event.preventDefault();
            composer.current?.attach([...event.dataTransfer.files]);
          }}
        >
          <RoomHeader panel={panel} onPanel={setPanel} />
          <Suspense>{me === undefined ? <PassingBy /> : <LiveRoom me={me} onSession={setSession} />}</Suspense>
          <MessageStream
            held={floating !== null && 'message' in floating ? floating.message.seq : undefined}
            editing={target?.kind === 'edit' ? target.message.id : undefined}
          />
          <div className={styles.typing}>
            {session !== undefined && (
              <Suspense>
                <TypingLine />
              </Suspense>
            )}
          </div>
          {may.send ? (
            <ComposerPlace ref={composer} target={target} onTarget={setTarget} />
          ) : (
            <p className={composerStyles.closed} role="status">
              {room.membership === null ? t('composer.read_only') : t('composer.muted')}
            </p>
          )}
          {dropping && <div className={styles.drop}>{t('file.drop')}</div>}
        </section>
        {panel !== null &&
          (wide ? (
            <aside className={styles.side} aria-label={t(`${panel}.title`)}>
              {hydrated ? (
                <Suspense fallback={<PanelGhosts />}>
                  <SidePanel panel={panel} wide onPanel={setPanel} />
                </Suspense>
              ) : (
                <PanelGhosts />
              )}
            </aside>
          ) : (
            <Suspense>
              <SidePanel panel={panel} wide={false} onPanel={setPanel} />
            </Suspense>
          ))}
      </div>
      {floating !== null && (
        <Suspense>
          <Floats floating={floating} onClose={() => setFloating((now) => (now === floating ? null : now))} />
        </Suspense>
      )}
    </RoomUiContext>
  );
}
