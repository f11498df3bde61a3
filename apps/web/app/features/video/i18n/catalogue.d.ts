declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    video: typeof import('./ko.json');
    /** What only the pages of watching say; `with-words.ts` brings it. */
    watch: typeof import('../words/ko.json');
  }
}

export {};
