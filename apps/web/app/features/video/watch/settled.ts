import type { Video } from '../player/use-player.ts';

export type Progress = Video['progress'];

/** Nothing more is being made of it. */
export function isSettled({ status, playback }: Pick<Video, 'status' | 'playback'>): boolean {
  return status === 'failed' || (status === 'ready' && playback?.growing !== true);
}
