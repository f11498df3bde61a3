declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    identity: typeof import('./ko.json');
  }
}

export {};
