import type { ReactNode } from 'react';

/** The ring: 18 × 18 with radius 4 on a 24 grid, drawn clockwise from the left end of its top side. */
const SIDE = 10;
const CORNER = (Math.PI * 4) / 2;
const LENGTH = 4 * (SIDE + CORNER);
const OPENING = 6;
export type Wall = 'top' | 'right' | 'bottom' | 'left';
const WALLS: readonly Wall[] = ['top', 'right', 'bottom', 'left'];

function Ring({ opening, width, dashed = false }: { opening: Wall; width: number; dashed?: boolean }) {
  const middle = SIDE / 2 + WALLS.indexOf(opening) * (SIDE + CORNER);
  return (
    <rect
      x="3"
      y="3"
      width="18"
      height="18"
      rx="4"
      fill="none"
      stroke="currentColor"
      strokeWidth={width}
      strokeDasharray={dashed ? '3.5 3' : `${(LENGTH - OPENING).toFixed(2)} ${OPENING}`}
      strokeDashoffset={dashed ? undefined : (LENGTH - OPENING / 2 - middle).toFixed(2)}
    />
  );
}

interface Place {
  /** The wall that faces the courtyard from where the room stands. */
  readonly opening: Wall;
  readonly glyph: ReactNode;
}

const PLACES: Readonly<Record<string, Place>> = {
  univprep: { opening: 'bottom', glyph: <path d="m8.5 13.5 3.5-3.6 3.5 3.6" /> },
  collegeprep: { opening: 'bottom', glyph: <path d="M8.5 14.8v-2.6H12V9.4h3.5" /> },
  majorprep: { opening: 'bottom', glyph: <circle cx="12" cy="12" r="2.9" /> },
  mediprep: { opening: 'bottom', glyph: <path d="M12 8.7v6.6M8.7 12h6.6" /> },
  skillprep: { opening: 'right', glyph: <path d="M12 8.2 15.8 12 12 15.8 8.2 12z" /> },
  mpcstudy: { opening: 'right', glyph: <path d="M8.3 9.3h7.4M10.4 9.3V15M13.7 9.3V15" /> },
  kzone: { opening: 'left', glyph: <path d="M9.8 8.4v7.2M14.8 8.4l-5 3.7 5 3.5" /> },
  cotept: { opening: 'left', glyph: <path d="M10.3 9.4 7.9 12l2.4 2.6M13.7 9.4l2.4 2.6-2.4 2.6" /> },
  talk: { opening: 'top', glyph: <path d="M8.5 10.5h7M8.5 13.7H13" /> },
  piyakast: { opening: 'top', glyph: <path d="M10.2 9v6l5-3z" fill="currentColor" /> },
  dreamseed: { opening: 'bottom', glyph: <circle cx="12" cy="12" r="1.6" fill="currentColor" /> },
};

/** A zone's sign. One that no hand has drawn wears its first letter. */
export function ZoneMark({ zoneId, size = 'm' }: { zoneId: string; size?: 's' | 'm' }) {
  const place = PLACES[zoneId];
  return (
    <svg className={size === 's' ? 'zm s' : 'zm'} viewBox="0 0 24 24" aria-hidden="true">
      <Ring opening={place?.opening ?? 'bottom'} width={2} />
      {place === undefined ? (
        <text x="12" y="15.6" textAnchor="middle" fontSize="10" fontWeight="700" fill="currentColor">
          {zoneId.slice(0, 1).toUpperCase()}
        </text>
      ) : (
        <g fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" strokeLinejoin="round">
          {place.glyph}
        </g>
      )}
    </svg>
  );
}

/** A square ring with a gate: ㅁ. */
export function Logo({ label }: { label?: string }) {
  return (
    <>
      <svg className="logo" viewBox="0 0 24 24" aria-hidden="true">
        <Ring opening="bottom" width={3} />
      </svg>
      {label !== undefined && <span className="vh">{label}</span>}
    </>
  );
}

/** The ring of empty and broken states. */
export function StateMark({ broken = false }: { broken?: boolean }) {
  return (
    <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
      <Ring opening="bottom" width={1.5} dashed={broken} />
    </svg>
  );
}
