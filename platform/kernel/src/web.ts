import type { Locale, LocalizedText } from './locale.ts';
import type { Capability, Role } from './principal.ts';
import type { Feature } from './zone.ts';

/** The zone as a page sees it. */
export interface PageZone {
  readonly id: string;
  readonly names: LocalizedText;
  readonly taglines: LocalizedText;
  readonly hue: number;
  readonly features: readonly Feature[];
  readonly portal: boolean;
}

export interface PagePerson {
  readonly id: string;
  readonly name: string;
  readonly colour: number;
  readonly avatarUrl: string | null;
  readonly guest: boolean;
  readonly role: Role;
  readonly capabilities: readonly Capability[];
  /** For showing and hiding only; the server decides again. */
  readonly permissions: readonly string[];
}

export interface ApiAnswer {
  readonly status: number;
  /** Parsed JSON: the response schema's output, or a problem document when status ≥ 400. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the HTTP host hands to page loaders on the server. */
export interface AppContext {
  readonly zone: PageZone;
  /** `http://talk.localhost:3000`, no trailing slash. */
  readonly origin: string;
  readonly locale: Locale;
  readonly theme: 'light' | 'dark' | 'system';
  readonly person: PagePerson | null;
  /** Allows the page's inline scripts (CSP). */
  readonly nonce: string;
  readonly demo: boolean;
  /** Calls a route of this zone inside the process, as the same person, under the same policy. */
  api(
    key: string,
    input?: { params?: Record<string, string>; query?: Record<string, string | number | boolean | undefined>; body?: unknown },
  ): Promise<ApiAnswer>;
}

/**
 * The key under which React Router's context provider keeps it (shape of `createContext()` in react-router 8).
 * The server bundle leaves this package external, so that server and pages share the one object.
 */
export const appContext: { defaultValue?: AppContext } = {};
