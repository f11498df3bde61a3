import type { Fraction } from '@madang/kernel';
import type { StreamFacts } from './probe-source.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const fractionText = ({ numerator, denominator }: Fraction): string =>
  denominator === 1 ? `${numerator}` : `${numerator}/${denominator}`;

const TRANSFER = { pq: 'smpte2084', hlg: 'arib-std-b67' } as const;

/** HDR to BT.709: in linear light, with highlights rolled off. It is dear: the picture should have its final size already. */
export const toneMapFilters = (from: 'pq' | 'hlg'): readonly string[] => [
  // The source's own word on its colours may be missing; both transfers are BT.2020's (ITU-R BT.2100).
  `setparams=color_primaries=bt2020:color_trc=${TRANSFER[from]}:colorspace=bt2020nc`,
  'zscale=transfer=linear:npl=100',
  'format=gbrpf32le',
  'zscale=primaries=bt709',
  'tonemap=hable:desat=0',
  'zscale=transfer=bt709:matrix=bt709:range=tv',
  'format=yuv420p',
];

/** Below this a picture without a word on its colours is taken for standard definition. */
const HIGH_DEFINITION: Size = { width: 1280, height: 720 };
const STANDARD_MATRICES = new Set(['smpte170m', 'bt470bg', 'fcc']);
const LUMA_MATRICES = new Set(['bt709', ...STANDARD_MATRICES]);

/**
 * To `size`, 8 bits, 4:2:0, square pixels, with an honest word on the colours. Standard definition keeps its matrix, which every
 * player knows: converting would cost a tenth of such a film's encoding and change nothing to the eye.
 */
export function standardFilters(size: Size, source: StreamFacts, toneMap: 'pq' | 'hlg' | undefined): readonly string[] {
  const scale = `scale=${size.width}:${size.height}`;
  if (toneMap !== undefined) return [scale, ...toneMapFilters(toneMap), 'setsar=1', colours('bt709')];
  const high = source.width >= HIGH_DEFINITION.width || source.height >= HIGH_DEFINITION.height;
  const isRgb = source.matrix === 'gbr' || /^(?:rgb|bgr|gbr|argb|abgr|rgba|bgra|pal8|0rgb|0bgr)/.test(source.pixelFormat);
  const converted = isRgb || (source.matrix !== '' && source.matrix !== 'unknown' && !LUMA_MATRICES.has(source.matrix));
  const standard = !converted && (STANDARD_MATRICES.has(source.matrix) || (source.matrix !== 'bt709' && !high));
  const options = [...(converted ? ['out_color_matrix=bt709'] : []), ...(source.fullRange || isRgb ? ['out_range=tv'] : [])];
  return [[scale, ...options].join(':'), 'format=yuv420p', 'setsar=1', colours(standard ? 'smpte170m' : 'bt709')];
}

const colours = (name: 'bt709' | 'smpte170m'): string => `setparams=range=tv:color_primaries=${name}:color_trc=${name}:colorspace=${name}`;

/** Upright (ffmpeg turns by itself), square pixels, even sides, the longer at most `side`, never larger than it is. */
export function fitFilter(side: number): string {
  const share = `min(1,${side}/max(iw*sar,ih))`;
  return `scale=w='max(2,trunc(iw*sar*${share}/2)*2)':h='max(2,trunc(ih*${share}/2)*2)',setsar=1`;
}
