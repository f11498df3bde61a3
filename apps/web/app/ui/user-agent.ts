export interface Device {
  /** The product's own name (`Chrome`), null when it is none we know. */
  readonly browser: string | null;
  readonly system: string | null;
  readonly kind: 'computer' | 'phone' | 'program';
}

/** Order matters: most browsers name those before them, too. */
const BROWSERS: readonly (readonly [name: string, sign: RegExp])[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\b(?:OPR|Opera)\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Whale', /\bWhale\//],
  ['KakaoTalk', /\bKAKAOTALK\b/],
  ['NAVER', /\bNAVER\(/],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\//],
  ['Safari', /\bVersion\/[\d.]+ .*Safari\//],
];
const SYSTEMS: readonly (readonly [name: string, sign: RegExp, kind: 'computer' | 'phone'])[] = [
  ['Android', /\bAndroid\b/, 'phone'],
  ['iPhone', /\biPhone\b/, 'phone'],
  ['iPad', /\biPad\b/, 'phone'],
  ['Windows', /\bWindows\b/, 'computer'],
  ['macOS', /\bMac OS X\b|\bMacintosh\b/, 'computer'],
  ['ChromeOS', /\bCrOS\b/, 'computer'],
  ['Linux', /\bLinux\b|\bX11\b/, 'computer'],
];

/**
 * Reads a `User-Agent` (RFC 9110 §10.1.5) as far as a person would recognise their own device by it. It proves nothing: anyone
 * sends what they like.
 */
export function deviceOf(userAgent: string | null): Device {
  const text = userAgent ?? '';
  const system = SYSTEMS.find(([, sign]) => sign.test(text));
  const browser = BROWSERS.find(([, sign]) => sign.test(text))?.[0] ?? null;
  if (browser === null && system === undefined)
    return { browser: /^([\w.-]{1,40})\//.exec(text)?.[1] ?? null, system: null, kind: 'program' };
  return { browser, system: system?.[0] ?? null, kind: system?.[2] ?? 'computer' };
}
