import type { Submittable } from 'pg';
import { classifyFailure } from './database-errors.ts';
import { type Decoder, decoderFor } from './values.ts';
import type { WireWriter } from './wire-writer.ts';

export interface Step {
  /** Empty for the unnamed statement, which is parsed each time. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface Outcome {
  readonly rows: unknown[];
  /** Rows the last step changed or returned. */
  readonly count: number;
  /** First word of the command tag: `SELECT`, `COMMIT`, `ROLLBACK`, … */
  readonly command: string;
}

/** What is known of a prepared statement on one connection. */
export interface Prepared {
  readonly text: string;
  /** Undefined for the steps before the last, whose rows nobody reads. */
  readonly shape: RowShape | undefined;
}

interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

export class RowShape {
  readonly #names: readonly string[];
  readonly #decoders: readonly (Decoder | undefined)[];
  readonly #empty: Readonly<Record<string, unknown>>;

  constructor(fields: readonly Field[]) {
    this.#names = fields.map((field) => field.name);
    this.#decoders = fields.map((field) => decoderFor(field.dataTypeID));
    this.#empty = Object.fromEntries(this.#names.map((name) => [name, null]));
  }

  decode(values: readonly (string | null)[]): unknown {
    if (values.length !== this.#names.length) throw new Error('the columns of a prepared statement changed');
    const row: Record<string, unknown> = { ...this.#empty };
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value == null) continue;
      const decode = this.#decoders[i];
      row[this.#names[i] as string] = decode === undefined ? value : decode(value);
    }
    return row;
  }
}

/** The part of pg's private connection that an exchange uses. */
interface Connection {
  readonly stream: { write(bytes: Buffer): boolean };
  sendCopyFail(message: string): void;
}

/**
 * One write, one answer: every step but the last is a preamble (BEGIN, role and zone) that returns no rows. All steps stand
 * before one Sync, so outside BEGIN they are one transaction: settings made with `set_config(…, true)` hold for the last
 * step and fall away with it (PostgreSQL manual, "Extended Query", on implicit transactions).
 *
 * A named step is parsed once per connection, after a Close, so that an earlier Parse whose fate is unknown cannot stand in
 * the way; what was learned of it is kept only when the whole exchange succeeded. Its columns are asked for once: the server
 * itself refuses to run a plan whose columns changed (0A000), and the caller then forgets the statement and tries again.
 */
export class Exchange implements Submittable {
  readonly #bytes: Buffer;
  readonly #prepared: Map<string, Prepared>;
  readonly #steps: readonly Step[];
  readonly #resolve: (outcome: Outcome) => void;
  readonly #reject: (error: Error) => void;
  #preambles: number;
  #shape: RowShape | undefined;
  #rows: unknown[] = [];
  #tag = '';
  #failure: Error | undefined;

  /** Throws, having sent nothing, when a value has no SQL form. */
  constructor(
    writer: WireWriter,
    prepared: Map<string, Prepared>,
    steps: readonly Step[],
    resolve: (outcome: Outcome) => void,
    reject: (error: Error) => void,
  ) {
    this.#prepared = prepared;
    this.#steps = steps;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#preambles = steps.length - 1;
    try {
      this.#bytes = this.#write(writer);
    } finally {
      writer.reset();
    }
  }

  #write(writer: WireWriter): Buffer {
    const last = this.#steps.length - 1;
    this.#steps.forEach((step, index) => {
      const known = step.name === '' ? undefined : this.#prepared.get(step.name);
      if (known === undefined) {
        if (step.name !== '') writer.close(step.name);
        writer.parse(step.name, step.text);
      } else if (known.text !== step.text) {
        throw new TypeError(`two different statements are named ${step.name}`);
      }
      writer.bind(step.name, step.values);
      if (index === last) {
        this.#shape = known?.shape;
        if (this.#shape === undefined) writer.describePortal();
      }
      writer.execute();
    });
    writer.sync();
    return writer.take();
  }

  /** Called by pg when the connection is free. */
  submit(connection: unknown): void {
    (connection as Connection).stream.write(this.#bytes);
  }

  handleRowDescription(message: { fields: Field[] }): void {
    this.#shape = new RowShape(message.fields);
  }

  handleDataRow(message: { fields: (string | null)[] }): void {
    if (this.#preambles > 0 || this.#failure !== undefined) return;
    try {
      if (this.#shape !== undefined) this.#rows.push(this.#shape.decode(message.fields));
    } catch (error) {
      this.#failure = error as Error;
    }
  }

  handleCommandComplete(message: { text: string }): void {
    if (this.#preambles > 0) this.#preambles--;
    else this.#tag = message.text;
  }

  handleReadyForQuery(): void {
    const last = this.#steps.length - 1;
    if (this.#failure !== undefined) {
      this.#prepared.clear();
      this.#reject(this.#failure);
      return;
    }
    this.#shape ??= new RowShape([]);
    this.#steps.forEach((step, index) => {
      if (step.name !== '' && !this.#prepared.has(step.name)) {
        this.#prepared.set(step.name, { text: step.text, shape: index === last ? this.#shape : undefined });
      }
    });
    const space = this.#tag.indexOf(' ');
    const command = space === -1 ? this.#tag : this.#tag.slice(0, space);
    const count = space === -1 ? 0 : Number(this.#tag.slice(this.#tag.lastIndexOf(' ') + 1)) || 0;
    this.#resolve({ rows: this.#rows, count, command });
  }

  handleError(error: Error): void {
    this.#reject(classifyFailure(error));
  }

  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}
  handleCopyData(): void {}
  handleCopyInResponse(connection: unknown): void {
    (connection as Connection).sendCopyFail('COPY is not spoken here');
  }
}
