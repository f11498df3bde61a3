import { Skeleton } from '../../../ui/surfaces.tsx';
import styles from './comments.module.css';

/** Comments that are on their way. */
export function CommentGhosts() {
  return [64, 82, 48].map((width) => (
    <div key={width} className={styles.comment} aria-hidden="true">
      <Skeleton width={36} height={36} style={{ borderRadius: '50%' }} />
      <div className="grow">
        <Skeleton width={120} height={12} style={{ marginTop: 4 }} />
        <Skeleton width={`${width}%`} height={14} style={{ marginTop: 8 }} />
      </div>
    </div>
  ));
}
