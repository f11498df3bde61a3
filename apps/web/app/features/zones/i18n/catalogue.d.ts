declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    zones: typeof import('./ko.json');
  }
}

export {};
