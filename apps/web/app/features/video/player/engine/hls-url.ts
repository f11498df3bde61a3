import url from 'hls.js/dist/hls.min.mjs?url';

/**
 * Where hls.js lies, as its makers packed it. Loaded by address, so that a page with a player can name it in its head and it comes
 * beside the page's own code instead of after it.
 */
export const HLS_URL = url;
