import { defineErrors } from '@madang/kernel';

export const chatErrors = defineErrors('chat', {
  room_not_found: {
    status: 404,
    title: 'The room does not exist, or not for this person',
    message: {
      ko: '방을 찾을 수 없어요.',
      en: 'This room could not be found.',
      ja: 'ルームが見つかりません。',
      es: 'No se encontró la sala.',
    },
  },
  message_not_found: {
    status: 404,
    title: 'The message does not exist, or not for this person',
    message: {
      ko: '메시지를 찾을 수 없어요.',
      en: 'This message could not be found.',
      ja: 'メッセージが見つかりません。',
      es: 'No se encontró el mensaje.',
    },
  },
  person_not_found: {
    status: 404,
    title: 'The person does not exist in this zone, or is not in this room',
    message: {
      ko: '그 사람을 찾을 수 없어요.',
      en: 'That person could not be found.',
      ja: 'そのユーザーが見つかりません。',
      es: 'No se encontró a esa persona.',
    },
  },
  invitation_not_found: {
    status: 404,
    title: 'The invitation does not exist, was withdrawn, used up or has expired',
    message: {
      ko: '더는 쓸 수 없는 초대예요.',
      en: 'This invitation is no longer valid.',
      ja: 'この招待は無効になっています。',
      es: 'Esta invitación ya no es válida.',
    },
  },
  banned: {
    status: 403,
    title: 'The person is banned from the room',
    message: {
      ko: '이 방에 들어올 수 없게 되었어요.',
      en: 'You are banned from this room.',
      ja: 'このルームへの参加は禁止されています。',
      es: 'Se te ha vetado en esta sala.',
    },
  },
  muted: {
    status: 403,
    title: 'The person is muted in the room',
    message: {
      ko: '지금은 이 방에서 말할 수 없어요.',
      en: 'You are muted in this room.',
      ja: 'このルームでは現在発言できません。',
      es: 'Estás silenciado en esta sala.',
    },
  },
  read_only: {
    status: 403,
    title: 'The person may read the room but not take part',
    message: {
      ko: '이 방은 읽기만 할 수 있어요.',
      en: 'You can only read in this room.',
      ja: 'このルームは閲覧のみ可能です。',
      es: 'Solo puedes leer en esta sala.',
    },
  },
  not_allowed: {
    status: 403,
    title: "The person's standing in the room does not allow this",
    message: {
      ko: '이 방에서 그럴 권한이 없어요.',
      en: 'You may not do this in this room.',
      ja: 'このルームでその操作をする権限がありません。',
      es: 'No puedes hacer esto en esta sala.',
    },
  },
  guests_may_not_create: {
    status: 403,
    title: 'Guests open no rooms and send no files in this zone',
    message: {
      ko: '손님은 할 수 없어요. 계정을 만들면 바로 할 수 있어요.',
      en: 'Guests cannot do this. Create an account to continue.',
      ja: 'ゲストはこの操作ができません。アカウントを作成してください。',
      es: 'Los invitados no pueden hacerlo. Crea una cuenta para continuar.',
    },
  },
  empty_message: {
    status: 400,
    title: 'A message needs words or files',
    message: { ko: '내용을 입력해 주세요.', en: 'Write something first.', ja: '内容を入力してください。', es: 'Escribe algo primero.' },
  },
  reply_not_found: {
    status: 400,
    title: 'replyTo is not a message of this room',
    message: {
      ko: '답장할 메시지가 없어요.',
      en: 'The message you answer is gone.',
      ja: '返信先のメッセージがありません。',
      es: 'El mensaje al que respondes ya no está.',
    },
  },
  slow_mode: {
    status: 429,
    title: 'Slow mode: too soon after the last message',
    message: {
      ko: '느린 대화 중이에요. 조금 뒤에 보내 주세요.',
      en: 'Slow mode is on. Wait a moment.',
      ja: '低速モード中です。少し待ってから送信してください。',
      es: 'El modo lento está activo. Espera un momento.',
    },
  },
  too_fast: {
    status: 429,
    title: 'More messages than one person may send',
    message: {
      ko: '메시지를 너무 빨리 보내고 있어요. 잠시 쉬었다가 보내 주세요.',
      en: 'You are sending too fast. Pause for a moment.',
      ja: '送信が速すぎます。少し間をおいてください。',
      es: 'Envías demasiado rápido. Haz una pausa.',
    },
  },
  too_late: {
    status: 403,
    title: 'A message can be changed for 24 hours',
    message: {
      ko: '보낸 지 하루가 지나서 바꿀 수 없어요.',
      en: 'It has been more than a day; this can no longer be changed.',
      ja: '送信から1日以上経過したため変更できません。',
      es: 'Ha pasado más de un día; ya no se puede cambiar.',
    },
  },
  too_many_reactions: {
    status: 409,
    title: 'The message has as many different reactions as it may',
    message: {
      ko: '이 메시지에는 반응을 더 넣을 수 없어요.',
      en: 'This message has no room for more reactions.',
      ja: 'これ以上リアクションを追加できません。',
      es: 'Este mensaje no admite más reacciones.',
    },
  },
  too_many_pins: {
    status: 409,
    title: 'The room has as many pins as it may',
    message: {
      ko: '고정은 50개까지 할 수 있어요. 하나를 내린 뒤 다시 해 주세요.',
      en: 'At most 50 messages can be pinned. Unpin one first.',
      ja: '固定できるのは50件までです。先に1件外してください。',
      es: 'Se pueden fijar 50 mensajes como máximo. Quita uno antes.',
    },
  },
});
