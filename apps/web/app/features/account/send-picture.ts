import type { AvatarFile } from '@madang/media/contract';
import { session } from '../../api/browser.ts';
import { ApiProblem, offlineProblem, readProblem } from '../../api/problem.ts';

export interface SendPictureOptions {
  readonly signal: AbortSignal;
  /** From 0 to 1, of what has left this device. */
  readonly onProgress: (ratio: number) => void;
}

/** Uploads a picture. `fetch` does not tell how much has been sent, so this is an XMLHttpRequest. Throws `ApiProblem`. */
export async function sendPicture(file: File, { signal, onProgress }: SendPictureOptions): Promise<AvatarFile> {
  const token = await session().bearer();
  const form = new FormData();
  form.set('file', file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', '/api/v1/users/me/avatar-file');
    request.responseType = 'json';
    if (token !== undefined) request.setRequestHeader('authorization', `Bearer ${token}`);
    request.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : 0);
    request.onload = () => {
      if (request.status < 400) return resolve(request.response as AvatarFile);
      const headers = { get: (name: string) => request.getResponseHeader(name) };
      reject(new ApiProblem(readProblem(request.status, request.response, headers)));
    };
    request.onerror = () => reject(offlineProblem(new Error('the upload broke off')));
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(form);
  });
}
