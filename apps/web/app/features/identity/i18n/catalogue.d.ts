import 'i18next';

declare module 'i18next' {
  interface Catalogues {
    identity: typeof import('./ko.json');
  }
}
