import type { Video } from '@madang/video/contract';
import { useEffect } from 'react';
import { useQueries } from '../../../api/queries.ts';
import { endpointKey, useEndpoint } from '../../../api/use-endpoint.ts';
import { useProgress } from '../upload/media-progress.ts';

const keyOf = (videoId: string) => endpointKey('GET /api/v1/videos/:videoId', { params: { videoId } });

/** What a change answered becomes what every view of this page shows. */
export function useKeepVideo(): (video: Video) => void {
  const queries = useQueries();
  return (video) => {
    queries.setQueryData(keyOf(video.id), video);
    void queries.invalidateQueries({ queryKey: ['GET /api/v1/videos'] });
  };
}

/** One of the person's own videos, with its progress as it happens until it is ready. */
export function useVideo(videoId: string, { initial, enabled = true }: { initial?: Video; enabled?: boolean } = {}) {
  const queries = useQueries();
  const asked = useEndpoint('GET /api/v1/videos/:videoId', {
    input: { params: { videoId } },
    initialData: initial,
    enabled,
    refetchInterval: 15_000,
  });
  const video = asked.data;
  const making = enabled && video?.status !== 'ready' && video?.status !== 'failed';
  const live = useProgress({ videoId }, making);
  const step = live?.status;
  // Poster, length, failure: the rest of the news is with the video.
  useEffect(() => {
    if (step !== undefined) void queries.invalidateQueries({ queryKey: keyOf(videoId) });
  }, [queries, videoId, step]);
  const newer = making && live !== undefined;
  return {
    video,
    status: newer ? live.status : video?.status,
    progress: newer ? live.progress : video?.progress,
    failure: newer ? live.failure : video?.failure,
    live: newer ? live : undefined,
    problem: asked.isError ? asked.error : undefined,
    pending: asked.isPending,
    again: asked.refetch,
  };
}
