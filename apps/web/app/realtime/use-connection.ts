import { useEffect, useState } from 'react';
import { type Connection, type ConnectionState, connect } from './connections.ts';

/** The namespace's connection while the component is on the page and `enabled` (a person exists); undefined until it is open. */
export function useConnection(namespace: `/${string}`, enabled: boolean): { connection: Connection | undefined; state: ConnectionState } {
  const [connection, setConnection] = useState<Connection>();
  const [state, setState] = useState<ConnectionState>('connecting');
  useEffect(() => {
    if (!enabled) return;
    let gone = false;
    let leave: (() => void) | undefined;
    connect(namespace).then(
      (opened) => {
        if (gone) return opened.release();
        const forget = opened.onState(setState);
        leave = () => {
          forget();
          opened.release();
        };
        setState(opened.state());
        setConnection(opened);
      },
      () => setState('waiting'),
    );
    return () => {
      gone = true;
      leave?.();
      setConnection(undefined);
    };
  }, [namespace, enabled]);
  return { connection, state };
}
