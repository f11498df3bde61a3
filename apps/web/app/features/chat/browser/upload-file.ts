import type { FileCard } from '@madang/chat/contract';
import { session } from '../../../api/browser.ts';
import { ApiProblem, offlineProblem, readProblem } from '../../../api/problem.ts';

/** What one message may carry; the server says so again. */
export const FILE_BYTES = 25_000_000;
export const FILES_MOST = 10;

/** Uploads one file to a room. `onProgress` gets 0 to 1: `fetch` does not tell how far an upload is. Rejects with `ApiProblem`. */
export async function uploadFile(
  roomId: string,
  file: File,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (done: number) => void },
): Promise<FileCard> {
  const token = await session().bearer();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/rooms/${encodeURIComponent(roomId)}/files`);
    request.setRequestHeader('accept', 'application/json');
    if (token !== undefined) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onerror = () => reject(offlineProblem(undefined));
    request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
    request.onload = () => {
      let body: unknown = null;
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // an answer of a proxy: its status says enough
      }
      if (request.status === 201) resolve(body as FileCard);
      else reject(new ApiProblem(readProblem(request.status, body, { get: (name) => request.getResponseHeader(name) })));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}
