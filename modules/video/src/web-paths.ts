/** Where the pages of the web stand, for links in feeds, bells and embeds. */
export const watchPath = (videoId: string): string => `/watch/${videoId}`;
export const embedPath = (videoId: string): string => `/embed/${videoId}`;
export const channelPath = (handle: string): string => `/@${encodeURIComponent(handle)}`;
