declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    chat: typeof import('./ko.json');
  }
}

export {};
