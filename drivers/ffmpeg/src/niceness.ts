/**
 * The server answers before films are made, and a picture that somebody waits to see before what goes with it: with two
 * processors three encoders at once would hold up the first segment.
 */
export const NICENESS = { picture: 5, sound: 12, aside: 12 } as const;
