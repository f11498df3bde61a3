/** Where the studio's links lead outside of it. */
export const watchPath = (videoId: string): string => `/watch/${videoId}`;
export const channelPath = (handle: string): string => `/@${handle}`;
export const PLAYLISTS_PATH = '/playlists';

export const editPath = (videoId: string): string => `/studio/videos/${videoId}`;
export const analyticsPath = (videoId: string): string => `/studio/videos/${videoId}/analytics`;
