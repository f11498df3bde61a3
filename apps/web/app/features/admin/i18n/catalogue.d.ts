declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    admin: typeof import('./ko.json');
  }
}

export {};
