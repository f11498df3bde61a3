/** What a level of H.264 allows a High profile stream: ITU-T H.264 table A-1 (bit rates × 1.25 for High, table A-2). */
interface Level {
  /** As in `avc1.6400xx`: 31 is level 3.1. */
  readonly number: number;
  readonly macroblocksPerSecond: number;
  readonly macroblocks: number;
  /** kbit/s and kbit. */
  readonly bitRate: number;
  readonly buffer: number;
}

const level = (number: number, macroblocksPerSecond: number, macroblocks: number, bitRate: number, buffer: number): Level => ({
  number,
  macroblocksPerSecond,
  macroblocks,
  bitRate: bitRate * 1.25,
  buffer: buffer * 1.25,
});

/** From 3.0 on: every decoder in use has it, and lower levels only tie the encoder's hands. */
const LEVELS: readonly Level[] = [
  level(30, 40_500, 1_620, 10_000, 10_000),
  level(31, 108_000, 3_600, 14_000, 14_000),
  level(32, 216_000, 5_120, 20_000, 20_000),
  level(40, 245_760, 8_192, 20_000, 25_000),
  level(41, 245_760, 8_192, 50_000, 62_500),
  level(42, 522_240, 8_704, 50_000, 62_500),
  level(50, 589_824, 22_080, 135_000, 135_000),
  level(51, 983_040, 36_864, 240_000, 240_000),
  level(52, 2_073_600, 36_864, 240_000, 240_000),
];

export interface LevelNeeds {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  /** kbit/s and kbit; 0 where only the picture counts. */
  readonly maxKilobits: number;
  readonly bufferKilobits: number;
}

/** The lowest level from 3.0 to 5.2 that allows this stream; undefined above 5.2, which decoders in use do not reach. */
export function findLevel(needs: LevelNeeds): number | undefined {
  const [columns, rows] = [Math.ceil(needs.width / 16), Math.ceil(needs.height / 16)];
  return LEVELS.find(
    (candidate) =>
      columns * rows <= candidate.macroblocks &&
      Math.max(columns, rows) ** 2 <= candidate.macroblocks * 8 &&
      columns * rows * needs.framesPerSecond <= candidate.macroblocksPerSecond &&
      needs.maxKilobits <= candidate.bitRate &&
      needs.bufferKilobits <= candidate.buffer,
  )?.number;
}

/** RFC 6381: High profile (0x64), no constraint flags, the level. x264 writes just these bytes for `-profile:v high -level:v`. */
export const avcCodec = (levelNumber: number): string => `avc1.6400${levelNumber.toString(16).padStart(2, '0')}`;
