declare module '../../../i18n/catalogues.ts' {
  interface Catalogues {
    notifications: typeof import('./ko.json');
  }
}

export {};
