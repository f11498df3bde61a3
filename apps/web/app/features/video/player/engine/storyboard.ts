import { webVttCues } from './web-vtt.ts';

/** One small picture of a film: a rectangle of a sprite, in pixels. */
export interface Sprite {
  readonly start: number;
  readonly end: number;
  readonly url: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A storyboard: WebVTT whose cues name `sprite.jpg#xywh=x,y,w,h` (Media Fragments 1.0 §4.2.2), relative to `base`. */
export function spritesOf(text: string, base: string): Sprite[] {
  return webVttCues(text).flatMap(({ start, end, text: target }) => {
    const [, file, x, y, width, height] = /^(\S+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/.exec(target.trim()) ?? [];
    if (file === undefined) return [];
    const url = new URL(file, base).href;
    return [{ start, end, url, x: Number(x), y: Number(y), width: Number(width), height: Number(height) }];
  });
}

/** The sprite of a moment; the last one also for what comes after it. */
export function spriteAt(sprites: readonly Sprite[], seconds: number): Sprite | undefined {
  return sprites.findLast((sprite) => sprite.start <= seconds) ?? sprites[0];
}
