import { secondsOf } from './clock-text.ts';

export interface Chapter {
  readonly title: string;
  /** Seconds; `end` is where the next one begins, or the film's end. */
  readonly start: number;
  readonly end: number;
}

const LINE = /^[\s\-–—•*([]*((?:\d{1,2}:)?\d{1,3}:\d{2})[)\]]?[\s\-–—:.|]*(.+?)\s*$/u;

/**
 * Chapters as creators write them into a description: lines that begin with a time, the first of them `0:00`, at least two, rising,
 * all within the film. Anything else is just text with times in it, and gives none.
 */
export function chaptersOf(description: string, durationSeconds: number): Chapter[] {
  const marks: { start: number; title: string }[] = [];
  for (const line of description.split('\n')) {
    const [, time, title] = LINE.exec(line) ?? [];
    const start = time === undefined ? undefined : secondsOf(time);
    if (start === undefined || title === undefined) continue;
    marks.push({ start, title });
  }
  const rising = marks.every((mark, at) => at === 0 || mark.start > (marks[at - 1]?.start ?? 0));
  if (marks.length < 2 || marks[0]?.start !== 0 || !rising || (marks.at(-1)?.start ?? 0) >= durationSeconds) return [];
  return marks.map((mark, at) => ({ ...mark, end: marks[at + 1]?.start ?? durationSeconds }));
}

export function chapterAt(chapters: readonly Chapter[], seconds: number): Chapter | undefined {
  return chapters.findLast((chapter) => chapter.start <= seconds);
}
