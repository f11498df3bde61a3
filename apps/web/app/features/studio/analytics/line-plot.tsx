import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useRef, useState } from 'react';
import { labelled, nearest, pathOf, scaleFor } from '../engine/plot-scale.ts';
import styles from './analytics.module.css';
import { useWidth } from './use-width.ts';

export interface LinePlotProps {
  /** What is drawn, for those who do not see it. */
  label: string;
  values: readonly number[];
  /** What stands at a place of the x axis. */
  nameOf: (at: number) => string;
  say: (value: number) => string;
  /** As short as an axis has room for. */
  tick: (value: number) => string;
  whole?: boolean;
  /** Of the y axis, where it is known. */
  top?: number;
  height?: number;
  /** Told which place is read. */
  onRead?: (at: number | undefined) => void;
  /** Below the plot, as wide as it. */
  children?: ReactNode;
}

const EDGE = { left: 52, right: 12, top: 14, bottom: 26 };

/** A line over its area. A pointer or the arrow keys read it out, one place at a time. */
export function LinePlot({ label, values, nameOf, say, tick, whole = false, top, height = 240, onRead, children }: LinePlotProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame, 720);
  const fade = useId();
  const [at, setAt] = useState<number>();
  const count = values.length;
  const scale = scaleFor(top ?? Math.max(0, ...values), { whole });
  const inner = { width: width - EDGE.left - EDGE.right, height: height - EDGE.top - EDGE.bottom };
  const x = (place: number) => EDGE.left + (count <= 1 ? inner.width / 2 : (place / (count - 1)) * inner.width);
  const y = (value: number) => EDGE.top + inner.height * (1 - Math.min(1, value / scale.top));
  const points = values.map((value, place) => [x(place), y(value)] as const);
  const line = pathOf(points);
  const base = EDGE.top + inner.height;
  const last = Math.max(0, count - 1);
  const read = at === undefined ? undefined : Math.min(at, last);

  const move = (next: number | undefined) => {
    setAt(next);
    onRead?.(next);
  };
  const onPointer = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    move(nearest((event.clientX - box.left - EDGE.left) / inner.width, count));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = read ?? last;
    const step = { ArrowLeft: from - 1, ArrowDown: from - 1, ArrowRight: from + 1, ArrowUp: from + 1, Home: 0, End: last, Escape: -1 }[
      event.key
    ];
    if (step === undefined) return;
    event.preventDefault();
    move(event.key === 'Escape' ? undefined : Math.min(last, Math.max(0, step)));
  };
  const spoken = read ?? last;
  return (
    <div ref={frame} className={styles.plotFrame}>
      <div
        className={styles.plot}
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={spoken}
        aria-valuetext={count === 0 ? '' : `${nameOf(spoken)}: ${say(values[spoken] ?? 0)}`}
        onKeyDown={onKeyDown}
        onBlur={() => move(undefined)}
      >
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          aria-hidden="true"
          onPointerMove={onPointer}
          onPointerDown={onPointer}
          onPointerLeave={() => move(undefined)}
        >
          <defs>
            <linearGradient id={fade} x1="0" y1="0" x2="0" y2="1">
              <stop offset="0" className={styles.from} />
              <stop offset="1" className={styles.to} />
            </linearGradient>
          </defs>
          {scale.ticks.map((value) => (
            <g key={value}>
              <line className={styles.grid} x1={EDGE.left} x2={width - EDGE.right} y1={y(value)} y2={y(value)} />
              <text className={styles.axis} x={EDGE.left - 8} y={y(value) + 4} textAnchor="end">
                {tick(value)}
              </text>
            </g>
          ))}
          {labelled(count, Math.max(2, Math.floor(inner.width / 90))).map((place) => (
            <text
              key={place}
              className={styles.axis}
              x={x(place)}
              y={height - 6}
              textAnchor={count === 1 ? 'middle' : place === 0 ? 'start' : place === last ? 'end' : 'middle'}
            >
              {nameOf(place)}
            </text>
          ))}
          {count > 1 && (
            <path d={`${line}L${x(last).toFixed(1)} ${base}L${x(0).toFixed(1)} ${base}Z`} fill={`url(#${fade})`} className={styles.area} />
          )}
          <path d={line} className={styles.line} />
          {read === undefined ? (
            count > 0 && <circle className={styles.end} cx={x(last)} cy={y(values[last] ?? 0)} r="3.5" />
          ) : (
            <>
              <line className={styles.cursor} x1={x(read)} x2={x(read)} y1={EDGE.top} y2={base} />
              <circle className={styles.dot} cx={x(read)} cy={y(values[read] ?? 0)} r="4.5" />
            </>
          )}
        </svg>
        {read !== undefined && (
          <div
            className={styles.readout}
            style={{
              left: Math.min(width - 150, Math.max(0, x(read) - 70)),
              top: Math.max(0, y(values[read] ?? 0) - 64),
            }}
            aria-hidden="true"
          >
            <span>{nameOf(read)}</span>
            <b className="num">{say(values[read] ?? 0)}</b>
          </div>
        )}
      </div>
      {children && (
        <div className={styles.below} style={{ marginLeft: EDGE.left, marginRight: EDGE.right }}>
          {children}
        </div>
      )}
    </div>
  );
}
