declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    admin: typeof import('./ko.json');
    /** What only these pages say; `with-words.ts` brings it. */
    administration: typeof import('../words/ko.json');
  }
}

export {};
