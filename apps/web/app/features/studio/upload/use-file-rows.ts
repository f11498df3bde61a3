import type { VideoCard } from '@madang/video/contract';
import { useEffect } from 'react';
import type { Output } from '../../../api/endpoints.ts';
import { useQueries } from '../../../api/queries.ts';
import { endpointKey, useEndpoint } from '../../../api/use-endpoint.ts';
import { usePages } from '../../../api/use-pages.ts';
import type { UploadItem } from '../engine/upload-list.ts';

export type OpenUpload = Output<'GET /api/v1/uploads'>['items'][number];

/** One line of the list: a file on its way, what the server makes of it, or both. */
export interface FileRow {
  readonly key: string;
  readonly item?: UploadItem;
  readonly video?: VideoCard;
  /** Begun and left: no video was made of it yet. */
  readonly waiting?: OpenUpload;
}

const OLDER = 20;

/** Files of this page first, then what waits on the server to go on, then what is being made of earlier ones. */
export function useFileRows(items: readonly UploadItem[]) {
  const queries = useQueries();
  const videos = usePages('GET /api/v1/videos', { list: 'mine', limit: OLDER }, { refetchInterval: 15_000 });
  const uploads = useEndpoint('GET /api/v1/uploads', { refetchInterval: 60_000 });
  // A file that became a video, or is all there, is news for the lists.
  const steps = items.map(({ videoId, state }) => `${videoId ?? ''}${state === 'sent' ? '!' : ''}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `steps` is the news
  useEffect(() => {
    if (steps.replaceAll(',', '') === '') return;
    void queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/videos') });
    void queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/uploads') });
    void queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/uploads/limits') });
  }, [steps]);

  const cards = videos.data?.pages.flatMap((page) => page.items) ?? [];
  const own = new Set(items.flatMap(({ videoId, uploadId }) => [videoId, uploadId]));
  const rows: FileRow[] = [
    ...items.map((item) => ({ key: item.id, item, video: cards.find(({ id }) => id === item.videoId) })),
    ...(uploads.data?.items ?? [])
      .filter(({ id, state }) => state === 'open' && !own.has(id))
      .map((waiting) => ({ key: waiting.id, waiting })),
    ...cards.filter(({ id, status }) => status !== 'ready' && !own.has(id)).map((video) => ({ key: video.id, video })),
  ];
  return {
    rows,
    pending: videos.isPending,
    problem: videos.isError && cards.length === 0 ? videos.error : undefined,
    again: videos.refetch,
  };
}
