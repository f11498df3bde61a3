import { Skeleton } from '../../../ui/surfaces.tsx';
import styles from './chat.module.css';

/** A talk that is on its way. */
export function ChatGhosts() {
  return (
    <div className={styles.ghosts} aria-busy="true">
      {[72, 48, 88, 60].map((width) => (
        <Skeleton key={width} width={`${width}%`} height={14} />
      ))}
    </div>
  );
}
