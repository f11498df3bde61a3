import type { LocalizedText } from './locale.ts';

/** One field that was not accepted: `path` as the sender wrote it (`body.name`), `code` stable, `message` for a person. */
export interface FieldProblem {
  path: string;
  code: string;
  message: string;
}

export interface ErrorDefinition {
  /** Stable, `module.what_happened`; clients switch on it. */
  readonly code: string;
  /** HTTP status (RFC 9110). */
  readonly status: number;
  /** For the operator and the developer, in English. */
  readonly title: string;
  /** For the person, in their language. */
  readonly message: LocalizedText;
}

export interface ErrorDetails {
  /** What exactly happened this time, for the developer. */
  detail?: string;
  fields?: readonly FieldProblem[];
  /** Seconds after which trying again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  /** Headers that the protocol asks for in its refusals; those of the edge itself come before them. */
  headers?: Readonly<Record<string, string>>;
  /** Extra members of the problem document; never secrets. */
  extra?: Readonly<Record<string, unknown>>;
  cause?: unknown;
}

/** An error a client is meant to see. Everything else that is thrown becomes a 500 whose cause is only logged. */
export class MadangError extends Error {
  readonly definition: ErrorDefinition;
  readonly details: ErrorDetails;

  constructor(definition: ErrorDefinition, details: ErrorDetails = {}) {
    super(details.detail ?? definition.title, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'MadangError';
    this.definition = definition;
    this.details = details;
  }

  get code(): string {
    return this.definition.code;
  }
}

export function hasCode(error: unknown, definition: ErrorDefinition): error is MadangError {
  return error instanceof MadangError && error.definition.code === definition.code;
}

/** Declares a module's errors once, in `<module>-errors.ts`: `errors('chat', { room_not_found: { status: 404, … } })`. */
export function defineErrors<const Names extends string>(
  module: string,
  table: Record<Names, Omit<ErrorDefinition, 'code'>>,
): Readonly<Record<Names, ErrorDefinition>> {
  const entries = Object.entries(table) as [Names, Omit<ErrorDefinition, 'code'>][];
  return Object.freeze(
    Object.fromEntries(entries.map(([name, rest]) => [name, Object.freeze({ code: `${module}.${name}`, ...rest })])),
  ) as Readonly<Record<Names, ErrorDefinition>>;
}

/** Refusals that belong to no module: the edge raises them. */
export const requestErrors = defineErrors('request', {
  invalid: {
    status: 400,
    title: 'The request does not match its schema',
    message: {
      ko: '입력한 내용을 확인해 주세요.',
      en: 'Please check what you entered.',
      ja: '入力内容を確認してください。',
      es: 'Revisa los datos introducidos.',
    },
  },
  unauthenticated: {
    status: 401,
    title: 'A valid access token or session is needed',
    message: { ko: '로그인이 필요해요.', en: 'Please sign in.', ja: 'ログインしてください。', es: 'Inicia sesión.' },
  },
  forbidden: {
    status: 403,
    title: 'The policy refuses this',
    message: { ko: '권한이 없어요.', en: 'You may not do this.', ja: '権限がありません。', es: 'No tienes permiso.' },
  },
  wrong_zone: {
    status: 403,
    title: 'The token belongs to another zone',
    message: {
      ko: '다른 구역의 로그인이에요. 이 구역에서 다시 로그인해 주세요.',
      en: 'You are signed in to another zone. Please sign in here.',
      ja: '別のゾーンのログインです。ここでログインしてください。',
      es: 'Tu sesión es de otra zona. Inicia sesión aquí.',
    },
  },
  wrong_origin: {
    status: 403,
    title: "A change made with a cookie must come from the zone's own pages",
    message: {
      ko: '이 페이지에서는 할 수 없는 요청이에요.',
      en: 'This request cannot be made from that page.',
      ja: 'このページからは実行できません。',
      es: 'Esta petición no puede hacerse desde esa página.',
    },
  },
  not_found: {
    status: 404,
    title: 'Nothing is here',
    message: { ko: '찾을 수 없어요.', en: 'Not found.', ja: '見つかりません。', es: 'No se encontró.' },
  },
  zone_unknown: {
    status: 404,
    title: 'No zone answers to this host',
    message: {
      ko: '이 주소에는 열린 구역이 없어요.',
      en: 'No zone lives at this address.',
      ja: 'このアドレスのゾーンはありません。',
      es: 'No hay ninguna zona en esta dirección.',
    },
  },
  method_not_allowed: {
    status: 405,
    title: 'The resource does not take this method',
    message: {
      ko: '지원하지 않는 요청이에요.',
      en: 'That is not supported here.',
      ja: 'サポートされていない操作です。',
      es: 'No se admite aquí.',
    },
  },
  conflict: {
    status: 409,
    title: 'The state changed meanwhile',
    message: {
      ko: '그사이에 내용이 바뀌었어요. 새로 고친 뒤 다시 해 주세요.',
      en: 'It changed meanwhile. Refresh and try again.',
      ja: 'その間に変更されました。更新してやり直してください。',
      es: 'Cambió entretanto. Actualiza e inténtalo de nuevo.',
    },
  },
  too_large: {
    status: 413,
    title: 'The body is larger than this route takes',
    message: { ko: '보낸 내용이 너무 커요.', en: 'That is too large.', ja: 'サイズが大きすぎます。', es: 'Es demasiado grande.' },
  },
  unsupported_type: {
    status: 415,
    title: 'The route does not take this content type',
    message: {
      ko: '지원하지 않는 형식이에요.',
      en: 'That format is not supported.',
      ja: '対応していない形式です。',
      es: 'Formato no admitido.',
    },
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    message: {
      ko: '요청이 너무 많아요. 잠시 뒤에 다시 해 주세요.',
      en: 'Too many requests. Try again shortly.',
      ja: 'リクエストが多すぎます。少し待ってからお試しください。',
      es: 'Demasiadas peticiones. Inténtalo en un momento.',
    },
  },
  internal: {
    status: 500,
    title: 'Something failed on our side',
    message: {
      ko: '문제가 생겼어요. 저장된 내용은 안전해요.',
      en: 'Something went wrong. What was saved is safe.',
      ja: '問題が発生しました。保存済みの内容は安全です。',
      es: 'Algo falló. Lo guardado está a salvo.',
    },
  },
  unavailable: {
    status: 503,
    title: 'A part this needs is not available right now',
    message: {
      ko: '지금은 잠시 사용할 수 없어요. 곧 다시 시도해 주세요.',
      en: 'Not available right now. Please try again soon.',
      ja: '現在ご利用いただけません。まもなく再度お試しください。',
      es: 'No disponible ahora. Inténtalo pronto.',
    },
  },
  timed_out: {
    status: 503,
    title: 'The route took longer than its time limit',
    message: {
      ko: '시간이 너무 오래 걸렸어요. 다시 시도해 주세요.',
      en: 'It took too long. Please try again.',
      ja: '時間がかかりすぎました。もう一度お試しください。',
      es: 'Tardó demasiado. Inténtalo de nuevo.',
    },
  },
});

export function fail(definition: ErrorDefinition, details?: ErrorDetails): never {
  throw new MadangError(definition, details);
}
