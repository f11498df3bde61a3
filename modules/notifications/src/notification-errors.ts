import { defineErrors } from '@madang/kernel';

export const notificationErrors = defineErrors('notifications', {
  kind_unknown: {
    status: 404,
    title: 'Nothing rings the bell for this kind',
    message: {
      ko: '그런 알림은 없어요.',
      en: 'There is no such notification.',
      ja: 'そのような通知はありません。',
      es: 'No existe ese tipo de aviso.',
    },
  },
  not_found: {
    status: 404,
    title: 'There is no such notification, or it is not this person’s',
    message: {
      ko: '알림을 찾을 수 없어요.',
      en: 'The notification was not found.',
      ja: '通知が見つかりません。',
      es: 'No se encontró el aviso.',
    },
  },
});
