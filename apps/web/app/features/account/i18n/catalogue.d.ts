declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    account: typeof import('./ko.json');
  }
}

export {};
