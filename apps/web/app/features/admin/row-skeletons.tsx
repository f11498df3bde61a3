import { Loading, Skeleton } from '../../ui/surfaces.tsx';
import styles from './admin.module.css';

/** Rows of a table that is on its way: a round picture, two lines, a word at the end. */
export function RowSkeletons({ label, rows = 6, round = false }: { label: string; rows?: number; round?: boolean }) {
  return (
    <Loading label={label}>
      {Array.from({ length: rows }, (_, at) => (
        <div key={String(at)} className={styles.skeletonRow}>
          <Skeleton width={28} height={28} style={{ borderRadius: round ? '50%' : 7 }} />
          <div className="col grow" style={{ gap: 6 }}>
            <Skeleton width={`${30 + ((at * 7) % 20)}%`} height={12} />
            <Skeleton width={`${18 + ((at * 11) % 16)}%`} height={10} />
          </div>
          <Skeleton width={64} height={12} />
        </div>
      ))}
    </Loading>
  );
}
