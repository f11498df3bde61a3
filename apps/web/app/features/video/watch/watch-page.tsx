import { lazy, Suspense } from 'react';
import { data } from 'react-router';
import { attempt } from '../../../api/load.ts';
import { pageOf } from '../../../shell/page-meta.ts';
import { preparePlayer } from '../player/player-place.tsx';
import type { Route } from './+types/watch-page';
import { watchMeta } from './watch-meta.ts';
import { WatchView } from './watch-view.tsx';

preparePlayer();

const Unavailable = lazy(() => import('./unavailable.tsx'));

const RELATED = 20;
const LIST = 100;

export async function loader({ context, params, request }: Route.LoaderArgs) {
  const listId = new URL(request.url).searchParams.get('list');
  const video = await attempt(context, 'GET /api/v1/videos/:videoId', { params });
  if (!video.ok) return data({ video: null, problem: video.problem }, { status: video.problem.status });
  const [channel, related, list, items] = await Promise.all([
    attempt(context, 'GET /api/v1/channels/:channelId', { params: { channelId: video.body.channel.id } }),
    attempt(context, 'GET /api/v1/videos/:videoId/related', { params, query: { limit: RELATED } }),
    listId === null ? null : attempt(context, 'GET /api/v1/playlists/:playlistId', { params: { playlistId: listId } }),
    listId === null
      ? null
      : attempt(context, 'GET /api/v1/playlists/:playlistId/items', { params: { playlistId: listId }, query: { limit: LIST } }),
  ]);
  return {
    video: video.body,
    problem: null,
    channel: channel.ok ? channel.body : null,
    related,
    list: list?.ok && items?.ok ? { playlist: list.body, items: items.body.items } : null,
  };
}
export type WatchData = Extract<Route.ComponentProps['loaderData'], { video: object }>;

export function meta({ matches, loaderData }: Route.MetaArgs) {
  const page = pageOf(matches);
  if (page === undefined) return;
  return watchMeta(page, loaderData?.video ?? null);
}

export default function WatchPage({ loaderData }: Route.ComponentProps) {
  if (loaderData.video === null)
    return (
      <Suspense>
        <Unavailable problem={loaderData.problem} />
      </Suspense>
    );
  return <WatchView key={loaderData.video.id} loaded={loaderData} />;
}
