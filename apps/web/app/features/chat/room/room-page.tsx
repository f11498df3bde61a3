import { lazy, Suspense } from 'react';
import { data } from 'react-router';
import { attempt } from '../../../api/load.ts';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';
import type { ShellHandle } from '../../../shell/shell.tsx';
import { roomName } from '../rooms/room-name.ts';
import type { Route } from './+types/room-page';
import { ClosedRoom } from './closed-room.tsx';
import { RoomSkeleton } from './room-skeleton.tsx';

const loadRoomView = () => import('./room-view.tsx');
/** Whoever stands at the door loads the door. On the server the room is simply there: it writes the page in one go. */
const RoomView = import.meta.env.SSR ? (await loadRoomView()).RoomView : lazy(async () => ({ default: (await loadRoomView()).RoomView }));

export const handle: ShellHandle = { shell: 'solo' };

/** The room first, its messages after it: they are then as of its `rev` or later, and nothing is missed between. */
export async function loader({ context, params, request }: Route.LoaderArgs) {
  const wanted = new URL(request.url).searchParams.get('seq') ?? '';
  const openAt = /^[1-9]\d{0,15}$/.test(wanted) ? Number(wanted) : undefined;
  const room = await attempt(context, 'GET /api/v1/rooms/:roomId', { params });
  const query = openAt === undefined ? { limit: 50 } : { around: openAt };
  const page = room.ok ? await attempt(context, 'GET /api/v1/rooms/:roomId/messages', { params, query }) : room;
  if (room.ok && page.ok) return { room: room.body, page: page.body.items, openAt, problem: null };
  const problem = !room.ok ? room.problem : page.ok ? null : page.problem;
  // Whoever is no one yet comes in by one tap: that is a door, not an error.
  return data({ room: null, page: null, openAt, problem }, { status: problem === null || problem.status === 401 ? 200 : problem.status });
}

/** On the way from another page, code and messages come at the same time. */
export async function clientLoader({ serverLoader }: Route.ClientLoaderArgs) {
  void loadRoomView().catch(() => undefined);
  return serverLoader();
}

export function meta({ matches, loaderData, params }: Route.MetaArgs) {
  const page = pageOf(matches);
  const room = loaderData?.room;
  if (page === undefined) return;
  const title = room ? roomName(room) : metaWords(page)?.('chat:room');
  return pageMeta(page, {
    title,
    description: room?.topic || undefined,
    path: `/rooms/${params.roomId}`,
    index: room?.visibility === 'public',
  });
}

export default function RoomPage({ loaderData, params }: Route.ComponentProps) {
  const { room, page, openAt, problem } = loaderData;
  if (room === null || page === null) return <ClosedRoom roomId={params.roomId} problem={problem} />;
  return (
    <Suspense fallback={<RoomSkeleton />}>
      <RoomView key={room.id} loaded={{ room, page, openAt }} />
    </Suspense>
  );
}
