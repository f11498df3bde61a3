/** What the browser itself can tell of a film before any of it has left the device. */
export interface LocalFrame {
  /** Object URL of a small JPEG; whoever takes it revokes it. */
  readonly poster: string | null;
  readonly durationSeconds: number | null;
  readonly width: number;
  readonly height: number;
}

const WIDTH = 480;
const PATIENCE_MS = 8_000;

/** Reads length, size and a frame near the beginning; undefined for what this browser cannot play. Only the bytes it needs are read. */
export async function readLocalFrame(file: File): Promise<LocalFrame | undefined> {
  const source = URL.createObjectURL(file);
  const film = document.createElement('video');
  film.muted = true;
  film.playsInline = true;
  film.preload = 'auto';
  try {
    await happens(film, 'loadedmetadata', () => {
      film.src = source;
    });
    const { duration, videoWidth: width, videoHeight: height } = film;
    const durationSeconds = Number.isFinite(duration) ? duration : null;
    if (width === 0) return { poster: null, durationSeconds, width, height };
    await happens(film, 'seeked', () => {
      film.currentTime = Math.min(3, (durationSeconds ?? 0) / 4);
    });
    return { poster: await draw(film, width, height), durationSeconds, width, height };
  } catch {
    return undefined;
  } finally {
    film.removeAttribute('src');
    film.load();
    URL.revokeObjectURL(source);
  }
}

function happens(film: HTMLVideoElement, event: 'loadedmetadata' | 'seeked', begin: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no ${event}`)), PATIENCE_MS);
    film.addEventListener(event, () => resolve(clearTimeout(timer)), { once: true });
    film.addEventListener('error', () => reject(new Error('not playable here')), { once: true });
    begin();
  });
}

async function draw(film: HTMLVideoElement, width: number, height: number): Promise<string | null> {
  const canvas = document.createElement('canvas');
  const scale = Math.min(1, WIDTH / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d')?.drawImage(film, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.8));
  return blob && URL.createObjectURL(blob);
}
