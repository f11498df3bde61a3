interface Embed {
  readonly origin: string;
  readonly video: { readonly id: string; readonly title: string; readonly width: number | null; readonly height: number | null };
  /** Seconds to begin at. */
  readonly start: number | undefined;
}

const WIDTH = 640;
const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A frame for other pages, in the film's own proportions; the same as oEmbed answers. */
export function embedCode({ origin, video, start }: Embed): string {
  const ratio = video.width !== null && video.height !== null && video.width > 0 ? video.height / video.width : 9 / 16;
  const src = `${origin}/embed/${video.id}${start ? `?t=${start}` : ''}`;
  return (
    `<iframe src="${escapeHtml(src)}" width="${WIDTH}" height="${Math.round(WIDTH * ratio)}" title="${escapeHtml(video.title)}" ` +
    'allow="autoplay; fullscreen; picture-in-picture" allowfullscreen style="border:0"></iframe>'
  );
}
