import { defineErrors } from '@madang/kernel';

export const zoneErrors = defineErrors('zones', {
  id_reserved: {
    status: 422,
    title: 'The zone id is malformed or names a host prefix',
    message: {
      ko: '이 이름은 구역 주소로 쓸 수 없어요.',
      en: 'That name cannot be a zone address.',
      ja: 'この名前はゾーンのアドレスに使えません。',
      es: 'Ese nombre no puede ser la dirección de una zona.',
    },
  },
  domain_refused: {
    status: 422,
    title: 'The domain is malformed or lies under the base domain',
    message: {
      ko: '도메인을 확인해 주세요.',
      en: 'Please check the domain.',
      ja: 'ドメインを確認してください。',
      es: 'Revisa el dominio.',
    },
  },
  domain_taken: {
    status: 409,
    title: 'Another zone answers to this domain',
    message: {
      ko: '다른 구역에서 쓰고 있는 도메인이에요.',
      en: 'Another zone already uses that domain.',
      ja: 'このドメインは別のゾーンで使われています。',
      es: 'Otra zona ya usa ese dominio.',
    },
  },
});
