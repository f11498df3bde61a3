import { frameTime, type Rational, toNumber } from './rational.ts';
import type { Size } from './rungs.ts';

/** Small pictures for hovering over the time line, laid out row by row in sheets. */
export interface StoryboardPlan {
  readonly tile: Size;
  readonly columns: number;
  readonly rows: number;
  readonly sheets: number;
  /** Tile i is the key frame number `i × everyKeyFrames` of a finished rung. */
  readonly everyKeyFrames: number;
  readonly tiles: number;
  /** Exact seconds from a tile to the next. */
  readonly interval: Rational;
  /** Where the last tile's time ends. */
  readonly end: Rational;
}

const COLUMNS = 5;
const ROWS = 5;
const MAX_TILES = COLUMNS * ROWS * 10;
const LONG_SIDE = 160;
/** Key frames between tiles; two seconds each. */
const STRIDES = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480];

const evenSide = (side: number): number => Math.max(2, Math.round(side / 2) * 2);

/** At most 250 tiles, a key frame each: taking them needs no decoding of what lies between. */
export function planStoryboard(frames: number, gopFrames: number, rate: Rational, display: Size): StoryboardPlan {
  const keyFrames = Math.ceil(frames / gopFrames);
  const everyKeyFrames = STRIDES.find((stride) => keyFrames <= stride * MAX_TILES) ?? Math.ceil(keyFrames / MAX_TILES);
  const tiles = Math.ceil(keyFrames / everyKeyFrames);
  const scale = LONG_SIDE / Math.max(display.width, display.height);
  return {
    tile: { width: evenSide(display.width * scale), height: evenSide(display.height * scale) },
    columns: COLUMNS,
    rows: ROWS,
    sheets: Math.ceil(tiles / (COLUMNS * ROWS)),
    everyKeyFrames,
    tiles,
    interval: frameTime(gopFrames * everyKeyFrames, rate),
    end: frameTime(frames, rate),
  };
}

function clock(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  const part = (value: number, digits: number): string => `${Math.floor(value)}`.padStart(digits, '0');
  return `${part(milliseconds / 3_600_000, 2)}:${part((milliseconds / 60_000) % 60, 2)}:${part((milliseconds / 1000) % 60, 2)}.${part(milliseconds % 1000, 3)}`;
}

/** WebVTT whose cues name a rectangle of a sheet (`#xywh=`, Media Fragments), as players read storyboards. `sheetUri` counts from 0. */
export function storyboardVtt(plan: StoryboardPlan, sheetUri: (sheet: number) => string): string {
  const perSheet = plan.columns * plan.rows;
  const cues = Array.from({ length: plan.tiles }, (_, tile) => {
    const from = tile * toNumber(plan.interval);
    const to = tile === plan.tiles - 1 ? toNumber(plan.end) : from + toNumber(plan.interval);
    const x = (tile % plan.columns) * plan.tile.width;
    const y = Math.floor((tile % perSheet) / plan.columns) * plan.tile.height;
    const place = `#xywh=${x},${y},${plan.tile.width},${plan.tile.height}`;
    return `${clock(from)} --> ${clock(to)}\n${sheetUri(Math.floor(tile / perSheet))}${place}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}
