import 'react';

declare module 'react' {
  interface CSSProperties {
    /** OKLCH hue of a zone's accent, on an element with class `zone`. */
    '--zone-hue'?: number;
    /** OKLCH hue of an avatar's ground. */
    '--h'?: number;
    /** Ground under presence dots and stacks. */
    '--pad'?: string;
  }
}
