import type { FieldProblem, Locale, LocalizedText } from '@madang/kernel';
import type { z } from 'zod';
import { findUnacceptable } from './input-bounds.ts';

type Issue = z.core.$ZodIssue;
type Part = 'params' | 'query' | 'body';

/** Enough to mark a form; more would only help whoever floods us. */
const MAX_FIELDS = 25;

type Message = Readonly<Record<Locale, (n: string) => string>>;
const fixed = (text: LocalizedText): Message => ({ ko: () => text.ko, en: () => text.en, ja: () => text.ja, es: () => text.es });

const MESSAGES = {
  required: fixed({ ko: '꼭 입력해 주세요.', en: 'This is needed.', ja: '必須項目です。', es: 'Este dato es obligatorio.' }),
  invalid_type: fixed({
    ko: '값의 종류가 맞지 않아요.',
    en: 'This is the wrong kind of value.',
    ja: '値の種類が違います。',
    es: 'El tipo de valor no es correcto.',
  }),
  invalid_value: fixed({
    ko: '고를 수 있는 값이 아니에요.',
    en: 'That is not one of the choices.',
    ja: '選択できない値です。',
    es: 'No es una de las opciones.',
  }),
  invalid_format: fixed({
    ko: '형식이 맞지 않아요.',
    en: 'The format is not right.',
    ja: '形式が正しくありません。',
    es: 'El formato no es correcto.',
  }),
  invalid_email: fixed({
    ko: '이메일 주소를 확인해 주세요.',
    en: 'Please check the e-mail address.',
    ja: 'メールアドレスを確認してください。',
    es: 'Revisa la dirección de correo.',
  }),
  invalid_url: fixed({
    ko: '웹 주소를 확인해 주세요.',
    en: 'Please check the web address.',
    ja: 'URLを確認してください。',
    es: 'Revisa la dirección web.',
  }),
  invalid_date: fixed({
    ko: '날짜를 확인해 주세요.',
    en: 'Please check the date.',
    ja: '日付を確認してください。',
    es: 'Revisa la fecha.',
  }),
  unknown_member: fixed({
    ko: '알 수 없는 항목이에요.',
    en: 'This field is not known.',
    ja: '不明な項目です。',
    es: 'Este campo no se conoce.',
  }),
  invalid: fixed({
    ko: '이 값을 확인해 주세요.',
    en: 'Please check this value.',
    ja: 'この値を確認してください。',
    es: 'Revisa este valor.',
  }),
  empty_text: fixed({ ko: '비워 둘 수 없어요.', en: 'This cannot be empty.', ja: '空にはできません。', es: 'No puede quedar vacío.' }),
  text_too_short: {
    ko: (n) => `${n}자 이상 입력해 주세요.`,
    en: (n) => `Use at least ${n} characters.`,
    ja: (n) => `${n}文字以上で入力してください。`,
    es: (n) => `Usa al menos ${n} caracteres.`,
  },
  text_too_long: {
    ko: (n) => `${n}자까지 쓸 수 있어요.`,
    en: (n) => `Use at most ${n} characters.`,
    ja: (n) => `${n}文字以内で入力してください。`,
    es: (n) => `Usa como máximo ${n} caracteres.`,
  },
  too_few: {
    ko: (n) => `${n}개 이상 필요해요.`,
    en: (n) => `At least ${n} are needed.`,
    ja: (n) => `${n}個以上必要です。`,
    es: (n) => `Se necesitan al menos ${n}.`,
  },
  too_many: {
    ko: (n) => `${n}개까지 가능해요.`,
    en: (n) => `At most ${n} are allowed.`,
    ja: (n) => `${n}個まで可能です。`,
    es: (n) => `Se permiten como máximo ${n}.`,
  },
  too_small: {
    ko: (n) => `${n} 이상이어야 해요.`,
    en: (n) => `It must be at least ${n}.`,
    ja: (n) => `${n}以上にしてください。`,
    es: (n) => `Debe ser al menos ${n}.`,
  },
  too_big: {
    ko: (n) => `${n} 이하여야 해요.`,
    en: (n) => `It must be at most ${n}.`,
    ja: (n) => `${n}以下にしてください。`,
    es: (n) => `Debe ser como máximo ${n}.`,
  },
  not_multiple_of: {
    ko: (n) => `${n}의 배수여야 해요.`,
    en: (n) => `It must be a multiple of ${n}.`,
    ja: (n) => `${n}の倍数にしてください。`,
    es: (n) => `Debe ser múltiplo de ${n}.`,
  },
  nul_character: fixed({
    ko: '쓸 수 없는 문자가 들어 있어요.',
    en: 'It contains a character that cannot be used.',
    ja: '使用できない文字が含まれています。',
    es: 'Contiene un carácter no permitido.',
  }),
  malformed_text: fixed({
    ko: '깨진 문자가 들어 있어요.',
    en: 'It contains a broken character.',
    ja: '壊れた文字が含まれています。',
    es: 'Contiene un carácter dañado.',
  }),
  forbidden_member: fixed({
    ko: '쓸 수 없는 이름이에요.',
    en: 'This name cannot be used.',
    ja: '使用できない名前です。',
    es: 'Este nombre no se puede usar.',
  }),
  too_deep: fixed({
    ko: '너무 깊게 겹쳐 있어요.',
    en: 'It is nested too deeply.',
    ja: '入れ子が深すぎます。',
    es: 'Está anidado con demasiada profundidad.',
  }),
  malformed_json: fixed({
    ko: '내용을 읽을 수 없어요.',
    en: 'It could not be read.',
    ja: '読み取れませんでした。',
    es: 'No se pudo leer.',
  }),
} satisfies Record<string, Message>;

export type FieldCode = keyof typeof MESSAGES;

export function fieldProblem(path: string, code: FieldCode, locale: Locale, n = ''): FieldProblem {
  return { path, code, message: MESSAGES[code][locale](n) };
}

/** What makes a part of the request unacceptable to every schema, or undefined. */
export function unacceptableField(part: Part, value: unknown, locale: Locale): FieldProblem | undefined {
  const found = findUnacceptable(value);
  return found && fieldProblem(pathOf(part, found.path), found.code, locale);
}

/**
 * Zod's issues as fields with stable codes and messages in the reader's language. A `custom` issue may bring its own:
 * `params: { code, message: LocalizedText }`.
 */
export function fieldProblems(part: Part, issues: readonly Issue[], input: unknown, locale: Locale): FieldProblem[] {
  const fields: FieldProblem[] = [];
  for (const issue of issues) collect(fields, part, issue, [], input, locale);
  return fields;
}

function collect(fields: FieldProblem[], part: Part, issue: Issue, prefix: readonly PropertyKey[], input: unknown, locale: Locale): void {
  if (fields.length >= MAX_FIELDS) return;
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    for (const key of issue.keys.slice(0, MAX_FIELDS - fields.length)) {
      fields.push(fieldProblem(pathOf(part, [...path, key.slice(0, 100)]), 'unknown_member', locale));
    }
    return;
  }
  if (issue.code === 'invalid_union') {
    // the alternative that came closest says most
    const nearest = [...issue.errors].sort((a, b) => a.length - b.length)[0];
    if (nearest?.some((inner) => inner.path.length > 0)) {
      for (const inner of nearest) collect(fields, part, inner as Issue, path, input, locale);
      return;
    }
  }
  const own = issue.code === 'custom' ? ownMessage(issue.params) : undefined;
  if (own !== undefined) {
    fields.push({ path: pathOf(part, path), code: own.code, message: own.message[locale] });
    return;
  }
  const missing = valueAt(input, path) === undefined;
  const [code, n] = missing ? (['required', ''] as const) : codeOf(issue);
  fields.push(fieldProblem(pathOf(part, path), code, locale, n));
}

function codeOf(issue: Issue): readonly [FieldCode, string] {
  switch (issue.code) {
    case 'invalid_type':
      return ['invalid_type', ''];
    case 'invalid_value':
    case 'invalid_union':
      return ['invalid_value', ''];
    case 'invalid_format':
      if (issue.format === 'email') return ['invalid_email', ''];
      if (issue.format === 'url') return ['invalid_url', ''];
      return [
        /^(iso_)?(date|datetime|time)$/.test(issue.format) || issue.format.startsWith('date') ? 'invalid_date' : 'invalid_format',
        '',
      ];
    case 'too_small':
      if (issue.origin === 'string') return Number(issue.minimum) <= 1 ? ['empty_text', ''] : ['text_too_short', String(issue.minimum)];
      return [isCountable(issue.origin) ? 'too_few' : 'too_small', String(issue.minimum)];
    case 'too_big':
      if (issue.origin === 'string') return ['text_too_long', String(issue.maximum)];
      return [isCountable(issue.origin) ? 'too_many' : 'too_big', String(issue.maximum)];
    case 'not_multiple_of':
      return ['not_multiple_of', String(issue.divisor)];
    default:
      return ['invalid', ''];
  }
}

function isCountable(origin: string): boolean {
  return origin === 'array' || origin === 'set' || origin === 'map' || origin === 'record' || origin === 'object' || origin === 'file';
}

function ownMessage(params: Record<string, unknown> | undefined): { code: string; message: LocalizedText } | undefined {
  const { code, message } = params ?? {};
  if (typeof code !== 'string' || typeof message !== 'object' || message === null) return undefined;
  return { code, message: message as LocalizedText };
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function pathOf(part: Part, path: readonly PropertyKey[]): string {
  return path.length === 0 ? part : `${part}.${path.map((key) => String(key).replaceAll('\u0000', '\ufffd').toWellFormed()).join('.')}`;
}
