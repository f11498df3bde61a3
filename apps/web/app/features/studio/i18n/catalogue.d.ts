declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    studio: typeof import('./ko.json');
    /** What only these pages say; `with-words.ts` brings it. */
    studioPages: typeof import('../words/ko.json');
  }
}

export {};
