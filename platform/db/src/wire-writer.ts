import { encodeValue } from './values.ts';

const PARSE = 0x50;
const BIND = 0x42;
const DESCRIBE = 0x44;
const EXECUTE = 0x45;
const CLOSE = 0x43;
const SYNC = 0x53;
const STATEMENT = 0x53;
const PORTAL = 0x50;

/**
 * Puts several messages of the extended query protocol (PostgreSQL manual, "Message Formats") into one buffer, so that a
 * whole exchange leaves in one write. `take` copies out what was written; `reset` keeps the room for the next exchange.
 */
export class WireWriter {
  #buffer = Buffer.allocUnsafeSlow(2048);
  #end = 0;

  /** Forgets a prepared statement on the server; no error when there is none. */
  close(name: string): void {
    const start = this.#begin(CLOSE);
    this.#byte(STATEMENT);
    this.#cstring(name);
    this.#finish(start);
  }

  parse(name: string, text: string): void {
    const start = this.#begin(PARSE);
    this.#cstring(name);
    this.#cstring(text);
    this.#int16(0);
    this.#finish(start);
  }

  /** Binds the unnamed portal; text format but for bytes, results in text. Throws for values that have no SQL form. */
  bind(name: string, values: readonly unknown[]): void {
    const start = this.#begin(BIND);
    this.#byte(0);
    this.#cstring(name);
    this.#int16(values.length);
    let format = this.#end;
    this.#reserve(values.length * 2);
    this.#end += values.length * 2;
    this.#int16(values.length);
    for (const value of values) {
      const encoded = encodeValue(value);
      const binary = typeof encoded === 'object' && encoded !== null;
      this.#buffer[format++] = 0;
      this.#buffer[format++] = binary ? 1 : 0;
      if (encoded === null) this.#int32(-1);
      else if (binary) this.#bytes(encoded);
      else this.#string(encoded);
    }
    this.#int16(0);
    this.#finish(start);
  }

  describePortal(): void {
    const start = this.#begin(DESCRIBE);
    this.#byte(PORTAL);
    this.#byte(0);
    this.#finish(start);
  }

  execute(): void {
    const start = this.#begin(EXECUTE);
    this.#byte(0);
    this.#int32(0);
    this.#finish(start);
  }

  sync(): void {
    this.#finish(this.#begin(SYNC));
  }

  take(): Buffer {
    const written = Buffer.allocUnsafe(this.#end);
    this.#buffer.copy(written, 0, 0, this.#end);
    return written;
  }

  reset(): void {
    this.#end = 0;
    if (this.#buffer.length > 1 << 20) this.#buffer = Buffer.allocUnsafeSlow(2048);
  }

  #begin(code: number): number {
    this.#reserve(5);
    this.#buffer[this.#end++] = code;
    const start = this.#end;
    this.#end += 4;
    return start;
  }

  #finish(start: number): void {
    this.#buffer.writeInt32BE(this.#end - start, start);
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#end++] = value;
  }

  #int16(value: number): void {
    this.#reserve(2);
    this.#end = this.#buffer.writeUInt16BE(value, this.#end);
  }

  #int32(value: number): void {
    this.#reserve(4);
    this.#end = this.#buffer.writeInt32BE(value, this.#end);
  }

  #cstring(text: string): void {
    this.#reserve(text.length * 3 + 1);
    this.#end += this.#buffer.write(text, this.#end);
    this.#buffer[this.#end++] = 0;
  }

  #string(text: string): void {
    this.#reserve(text.length * 3 + 4); // UTF-8 takes at most three bytes per UTF-16 unit
    const bytes = this.#buffer.write(text, this.#end + 4);
    this.#buffer.writeInt32BE(bytes, this.#end);
    this.#end += 4 + bytes;
  }

  #bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length + 4);
    this.#end = this.#buffer.writeInt32BE(bytes.length, this.#end);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }
}
