import { lazy, Suspense, useState } from 'react';
import { Outlet, type ShouldRevalidateFunction, useParams } from 'react-router';
import { attempt } from '../../../api/load.ts';
import { usePage } from '../../../shell/page.ts';
import type { Route } from './+types/rooms-layout';
import styles from './rooms.module.css';
import { RoomsColumn } from './rooms-column.tsx';

const KeepRooms = lazy(() => import('./keep-rooms.tsx'));
const CreateRoom = lazy(() => import('./create-room-dialog.tsx'));

export function loader({ context }: Route.LoaderArgs) {
  return attempt(context, 'GET /api/v1/rooms', { query: { limit: 100 } });
}

/** From room to room the list is kept right by the socket; only a reload of the page itself reads it again. */
export const shouldRevalidate: ShouldRevalidateFunction = ({ currentUrl, nextUrl, defaultShouldRevalidate }) =>
  currentUrl.href === nextUrl.href && defaultShouldRevalidate;

export type RoomsContext = { loaded: Route.ComponentProps['loaderData']; onCreate: () => void };

/** All pages of rooms: the list stays beside a room on wide screens, and is a page of its own at `/rooms`. */
export default function RoomsLayout({ loaderData }: Route.ComponentProps) {
  const { roomId } = useParams();
  const [creating, setCreating] = useState<boolean>();
  const { person } = usePage();
  const onCreate = () => setCreating(true);
  return (
    <div className={roomId === undefined ? styles.page : styles.frame}>
      {roomId !== undefined && <RoomsColumn loaded={loaderData} onCreate={onCreate} />}
      <Outlet context={{ loaded: loaderData, onCreate } satisfies RoomsContext} />
      {person !== null && (
        <Suspense>
          <KeepRooms loaded={loaderData.ok ? loaderData.body.items : undefined} />
        </Suspense>
      )}
      {creating !== undefined && (
        <Suspense>
          <CreateRoom open={creating} onOpenChange={setCreating} />
        </Suspense>
      )}
    </div>
  );
}
