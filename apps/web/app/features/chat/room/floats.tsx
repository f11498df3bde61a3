import { lazy, Suspense } from 'react';
import type { Floating } from './room-ui.ts';

const ReactionPicker = lazy(() => import('../message/reaction-picker.tsx'));
const MessageMenu = lazy(() => import('../message/message-menu.tsx'));
const PersonMenu = lazy(() => import('../panels/person-menu.tsx'));
const ImageViewer = lazy(() => import('../message/image-viewer.tsx'));
const RoomMenu = lazy(() => import('./room-menu.tsx'));
const DateJump = lazy(() => import('./date-jump.tsx'));
const RoomSettings = lazy(() => import('../settings/room-settings.tsx'));
const DeleteMessage = lazy(() => import('../message/delete-message.tsx'));
const RestrictPerson = lazy(() => import('../panels/restrict-person.tsx'));
const LeaveRoom = lazy(() => import('../settings/leave-room.tsx'));

/** Whatever floats over the room now. */
export default function Floats({ floating, onClose }: { floating: Floating; onClose: () => void }) {
  return <Suspense>{drawn(floating, onClose)}</Suspense>;
}

function drawn(floating: Floating, onClose: () => void) {
  switch (floating.kind) {
    case 'reactions':
      return <ReactionPicker {...floating} onClose={onClose} />;
    case 'message-menu':
      return <MessageMenu {...floating} onClose={onClose} />;
    case 'person':
      return <PersonMenu {...floating} onClose={onClose} />;
    case 'image':
      return <ImageViewer {...floating} onClose={onClose} />;
    case 'room-menu':
      return <RoomMenu {...floating} onClose={onClose} />;
    case 'date':
      return <DateJump {...floating} onClose={onClose} />;
    case 'settings':
      return <RoomSettings {...floating} onClose={onClose} />;
    case 'delete-message':
      return <DeleteMessage {...floating} onClose={onClose} />;
    case 'restrict':
      return <RestrictPerson {...floating} onClose={onClose} />;
    case 'leave':
      return <LeaveRoom onClose={onClose} />;
  }
}
