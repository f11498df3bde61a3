/** An upload that was begun in this browser, so that the same file goes on after the tab was closed. */
export interface RememberedUpload {
  readonly print: string;
  readonly url: string;
  readonly uploadId: string;
  readonly videoId: string | null;
  readonly at: number;
}

/** Older ones are gone from the server too. */
const LIFE_MS = 7 * 86_400_000;
const MOST = 50;

/** What tells a file from others without reading it. */
export const fingerprint = (file: File): string => [file.name, file.size, file.lastModified, file.type].join('\u001F');

/** Kept per person in this browser; where storage is closed nothing is remembered and the server's own list has to do. */
export function uploadMemory(personId: string) {
  const key = `madang.uploads.${personId}`;
  const read = (): RememberedUpload[] => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
      if (!Array.isArray(kept)) return [];
      return (kept as RememberedUpload[]).filter((one) => typeof one?.url === 'string' && one.at > Date.now() - LIFE_MS);
    } catch {
      return [];
    }
  };
  const write = (kept: readonly RememberedUpload[]) => {
    try {
      if (kept.length === 0) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(kept.slice(-MOST)));
    } catch {
      // a full or closed storage: the upload goes on, only a closed tab loses it
    }
  };
  return {
    find: (file: File): RememberedUpload | undefined => read().find(({ print }) => print === fingerprint(file)),
    keep: (one: RememberedUpload): void => write([...read().filter(({ uploadId }) => uploadId !== one.uploadId), one]),
    drop: (uploadId: string): void => write(read().filter((one) => one.uploadId !== uploadId)),
  };
}
