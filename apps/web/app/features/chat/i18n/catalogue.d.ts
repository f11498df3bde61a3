declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    chat: typeof import('./ko.json');
    /** What only panels, menus and dialogs say; `use-more-words.ts` brings it. */
    chatMore: typeof import('../words/ko.json');
  }
}

export {};
