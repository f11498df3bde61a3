export const isMissing = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR';

/** For `catch`: undefined where there is no such file or folder. */
export function ignoreMissing(error: unknown): undefined {
  if (!isMissing(error)) throw error;
}
