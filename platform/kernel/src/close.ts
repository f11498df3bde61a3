/** Something that lives and dies. `close` is idempotent, closes its children first and resolves when nothing of it runs. */
export interface Closable {
  close(): Promise<void>;
}
