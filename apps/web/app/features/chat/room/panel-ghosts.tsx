import { Skeleton } from '../../../ui/surfaces.tsx';
import styles from './room.module.css';

/** People that are on their way. */
export function PanelGhosts() {
  return Array.from({ length: 6 }, (_, at) => (
    <div key={String(at)} className={styles.ghost}>
      <Skeleton width={28} height={28} style={{ borderRadius: '50%' }} />
      <Skeleton width={96} height={12} />
    </div>
  ));
}
