import type { Video } from './use-player.ts';

/** Filmed with a phone held upright: it fills a phone's screen, and leaves no room beside other things. */
export const isUpright = ({ width, height }: Video): boolean => width !== null && height !== null && height > width;
