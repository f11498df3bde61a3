import type { Message, Person } from '@madang/chat/contract';
import { type DragEvent, lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { ApiProblem } from '../../../api/problem.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { toast } from '../../../ui/toast.ts';
import { type LoadedRoom, useRoom, useRoomSession } from '../browser/use-room-session.ts';
import composerStyles from '../composer/composer.module.css';
import { Composer, type ComposerHandle } from '../composer/composer.tsx';
import { useAttachments } from '../composer/use-attachments.ts';
import { roomName } from '../rooms/room-name.ts';
import { Announcer } from './announcer.tsx';
import { ClosedRoom } from './closed-room.tsx';
import { MessageStream } from './message-stream.tsx';
import styles from './room.module.css';
import { RoomBanners } from './room-banners.tsx';
import { RoomHeader } from './room-header.tsx';
import { type Floating, type Panel, type RoomUi, RoomUiContext } from './room-ui.ts';
import { SidePanel, useWide } from './side-panel.tsx';
import { TypingLine } from './typing-line.tsx';
import { useNames } from './use-names.ts';

const Floats = lazy(() => import('./floats.tsx'));

/** One room, open: header, stream, composer, and what stands beside them. */
export function RoomView({ loaded }: { loaded: LoadedRoom }) {
  const { t } = useTranslation('chat');
  const { person } = usePage();
  const { session, connection, retry } = useRoomSession(loaded);
  const room = useRoom(session, (model) => model.room);
  const access = useRoom(session, (model) => model.access);
  const nameOf = useNames(session);
  const wide = useWide();
  const [beside, setBeside] = useState<Panel | null>('people');
  const [over, setOver] = useState<Panel | null>(null);
  const [panel, setPanel] = wide ? [beside, setBeside] : [over, setOver];
  const [floating, setFloating] = useState<Floating | null>(null);
  const [target, setTarget] = useState<{ kind: 'reply' | 'edit'; message: Message } | null>(null);
  const composer = useRef<ComposerHandle>(null);
  const attachments = useAttachments(room.id);
  const [dropping, setDropping] = useState(false);

  const { openAt } = loaded;
  useEffect(() => {
    if (openAt !== undefined) session.history.jump({ seq: openAt }).catch(() => undefined);
  }, [session, openAt]);

  const me = person?.id;
  const { may } = room;
  const ui = useMemo((): RoomUi => {
    const refused = (error: unknown) => {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: error.document.message || t('failed'), urgent: true });
    };
    return {
      session,
      roomId: room.id,
      me,
      may,
      nameOf,
      float: setFloating,
      reply: (message) => setTarget({ kind: 'reply', message }),
      edit: (message) => setTarget({ kind: 'edit', message }),
      mention: (someone: Person) => composer.current?.mention(someone),
      jump: (seq) => void session.history.jump({ seq }).catch(refused),
      react: (message, reaction, on) => void session.react(message, reaction, on).catch(refused),
      pin: (message, on) => {
        const params = { roomId: room.id };
        const done = on
          ? api('POST /api/v1/rooms/:roomId/pins', { params, body: { messageId: message.id } })
          : api('DELETE /api/v1/rooms/:roomId/pins/:messageId', { params: { ...params, messageId: message.id } });
        done.then(() => toast({ text: on ? t('pins.pinned') : t('pins.unpinned') }), refused);
      },
    };
  }, [session, room.id, me, may, nameOf, t]);

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
            attachments.add(event.dataTransfer.files);
          }}
        >
          <RoomHeader panel={panel} onPanel={setPanel} />
          <RoomBanners connection={connection} onRetry={retry} />
          <MessageStream editing={target?.kind === 'edit' ? target.message.id : undefined} />
          <TypingLine />
          {may.send ? (
            <Composer ref={composer} attachments={attachments} target={target} onTarget={setTarget} />
          ) : (
            <p className={composerStyles.closed} role="status">
              {room.membership === null ? t('composer.read_only') : t('composer.muted')}
            </p>
          )}
          {dropping && <div className={styles.drop}>{t('file.drop')}</div>}
        </section>
        <SidePanel panel={panel} wide={wide} onPanel={setPanel} />
      </div>
      <Announcer />
      {floating !== null && (
        <Suspense>
          <Floats floating={floating} onClose={() => setFloating((now) => (now === floating ? null : now))} />
        </Suspense>
      )}
    </RoomUiContext>
  );
}
