/** The header of a page that is not the last; none otherwise. */
export const nextCursor = (page: { readonly nextCursor: string | undefined }): Record<string, string> | undefined =>
  page.nextCursor === undefined ? undefined : { 'X-Next-Cursor': page.nextCursor };
