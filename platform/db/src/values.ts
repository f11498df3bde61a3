import pg from 'pg';

/**
 * A JavaScript value as a parameter: text, bytes for `bytea`, or null. Arrays become PostgreSQL arrays, other objects JSON;
 * an array meant for `json` or `jsonb` is passed through `JSON.stringify` by the caller, as the type is not known here.
 */
export function encodeValue(value: unknown): string | Uint8Array | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    case 'undefined':
      return null;
    case 'object':
      if (value === null) return null;
      if (value instanceof Date) return value.toISOString();
      if (value instanceof Uint8Array) return value;
      if (Array.isArray(value)) return encodeArray(value);
      return JSON.stringify(value);
    default:
      throw new TypeError(`a ${typeof value} cannot be a query parameter`);
  }
}

function encodeArray(values: readonly unknown[]): string {
  const items = values.map((value) => {
    if (Array.isArray(value)) return encodeArray(value);
    const encoded = encodeValue(value);
    if (encoded === null) return 'NULL';
    const text = typeof encoded === 'string' ? encoded : `\\x${Buffer.from(encoded).toString('hex')}`;
    return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  });
  return `{${items.join(',')}}`;
}

export type Decoder = (text: string) => unknown;

const BOOL = 16;
const INT8 = 20;
const DATE = 1082;
const TIMESTAMPTZ = 1184;
const INT8_ARRAY = 1016;
const DATE_ARRAY = 1182;
/** Types whose text is their value: char, name, text, bpchar, varchar, uuid, numeric. */
const TEXTUAL: ReadonlySet<number> = new Set([18, 19, 25, 1042, 1043, 2950, 1700, DATE]);

const decodeTimestamp = pg.types.getTypeParser(TIMESTAMPTZ, 'text') as Decoder;
const TEXT_ARRAY: number = 1009;
const decodeTextArray = pg.types.getTypeParser(TEXT_ARRAY, 'text') as Decoder;

/**
 * How the text of a column becomes a value: `int8` a number while it is a safe integer and else its text, `timestamptz` a
 * `Date`, `json` parsed, `bytea` a `Buffer`, `numeric` and `date` their text. Undefined where the text is the value.
 */
export function decoderFor(typeId: number): Decoder | undefined {
  if (TEXTUAL.has(typeId)) return undefined;
  switch (typeId) {
    case BOOL:
      return (text) => text === 't';
    case INT8:
      return decodeInt8;
    case TIMESTAMPTZ:
      return decodeUtcTimestamp;
    case INT8_ARRAY:
      return (text) => mapNested(decodeTextArray(text), decodeInt8);
    case DATE_ARRAY:
      return decodeTextArray;
    default:
      return pg.types.getTypeParser(typeId, 'text') as Decoder;
  }
}

function decodeInt8(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
}

/** `2026-11-21 12:43:00.123456+00`, as a session in UTC sends it, is one native parse; other zones and years take the long way. */
function decodeUtcTimestamp(text: string): unknown {
  if (text.endsWith('+00') && text.charCodeAt(10) === 32) {
    const value = new Date(`${text.slice(0, 10)}T${text.slice(11, 23).replace('+00', '')}Z`);
    if (!Number.isNaN(value.getTime())) return value;
  }
  return decodeTimestamp(text);
}

function mapNested(value: unknown, decode: Decoder): unknown {
  if (Array.isArray(value)) return value.map((item) => mapNested(item, decode));
  return typeof value === 'string' ? decode(value) : value;
}
