import styles from './admin.module.css';

const WIDTH = 88;
const HEIGHT = 24;

/** The shape of a figure's recent past. The figure beside it says the rest, so it is only drawn. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const highest = Math.max(1, ...values);
  const points = values.map(
    (value, at) => [(at / Math.max(1, values.length - 1)) * WIDTH, HEIGHT - (value / highest) * (HEIGHT - 2)] as const,
  );
  const [endX, endY] = points.at(-1) ?? [0, HEIGHT];
  return (
    <svg className={styles.spark} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      <path d={`M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`} />
      <circle cx={endX} cy={endY} r="2.5" />
    </svg>
  );
}
