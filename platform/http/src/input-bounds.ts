/** Nesting a request may have; far above any schema, far below what exhausts a stack. */
export const MAX_DEPTH = 64;

export interface Unacceptable {
  readonly path: (string | number)[];
  readonly code: 'nul_character' | 'malformed_text' | 'forbidden_member' | 'too_deep';
}

/**
 * Finds what no schema may let through: U+0000 (PostgreSQL cannot store it), unpaired surrogates (not encodable as UTF-8),
 * members that reach for a prototype, and nesting beyond `MAX_DEPTH`. Undefined when there is none.
 */
export function findUnacceptable(value: unknown, depth = 0): Unacceptable | undefined {
  if (typeof value === 'string') return faultOfText(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_DEPTH) return { path: [], code: 'too_deep' };
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const found = findUnacceptable(value[i], depth + 1);
      if (found !== undefined) return { path: [i, ...found.path], code: found.code };
    }
    return undefined;
  }
  // own names only: JSON.parse makes "__proto__" an own member, and no parsed value inherits anything enumerable
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    if (name === '__proto__' || (name === 'constructor' && isPrototypeBearer(member))) return { path: [name], code: 'forbidden_member' };
    const found = faultOfText(name) ?? findUnacceptable(member, depth + 1);
    if (found !== undefined) return { path: [name, ...found.path], code: found.code };
  }
  return undefined;
}

function faultOfText(text: string): Unacceptable | undefined {
  if (text.includes('\u0000')) return { path: [], code: 'nul_character' };
  return text.isWellFormed() ? undefined : { path: [], code: 'malformed_text' };
}

function isPrototypeBearer(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype');
}
