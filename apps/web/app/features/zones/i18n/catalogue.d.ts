import 'i18next';

declare module 'i18next' {
  interface Catalogues {
    zones: typeof import('./ko.json');
  }
}
