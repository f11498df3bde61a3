import 'i18next';

declare module 'i18next' {
  /**
   * Key types by namespace. A feature adds its own in `<feature>/i18n/catalogue.d.ts`:
   * `declare module 'i18next' { interface Catalogues { chat: typeof import('./ko.json') } }`
   */
  interface Catalogues {
    ui: typeof import('../ui/i18n/ko.json');
    shell: typeof import('../shell/i18n/ko.json');
  }
  interface CustomTypeOptions {
    defaultNS: 'ui';
    resources: Catalogues;
    enableSelector: false;
  }
}
