import { defineErrors } from '@madang/kernel';

export const videoErrors = defineErrors('video', {
  video_not_found: {
    status: 404,
    title: 'The video does not exist, or not for this person',
    message: {
      ko: '영상을 찾을 수 없어요.',
      en: 'This video could not be found.',
      ja: '動画が見つかりません。',
      es: 'No se encontró el vídeo.',
    },
  },
  channel_not_found: {
    status: 404,
    title: 'The channel does not exist in this zone',
    message: {
      ko: '채널을 찾을 수 없어요.',
      en: 'This channel could not be found.',
      ja: 'チャンネルが見つかりません。',
      es: 'No se encontró el canal.',
    },
  },
  comment_not_found: {
    status: 404,
    title: 'The comment does not exist, or not for this person',
    message: {
      ko: '댓글을 찾을 수 없어요.',
      en: 'This comment could not be found.',
      ja: 'コメントが見つかりません。',
      es: 'No se encontró el comentario.',
    },
  },
  playlist_not_found: {
    status: 404,
    title: 'The playlist does not exist, or not for this person',
    message: {
      ko: '재생목록을 찾을 수 없어요.',
      en: 'This playlist could not be found.',
      ja: '再生リストが見つかりません。',
      es: 'No se encontró la lista de reproducción.',
    },
  },
  person_not_found: {
    status: 404,
    title: 'The person does not exist in this zone',
    message: {
      ko: '그 사람을 찾을 수 없어요.',
      en: 'That person could not be found.',
      ja: 'そのユーザーが見つかりません。',
      es: 'No se encontró a esa persona.',
    },
  },
  not_playable: {
    status: 409,
    title: 'Nothing of the video can be played yet',
    message: {
      ko: '아직 재생할 수 없어요. 준비되는 대로 바로 볼 수 있어요.',
      en: 'This video cannot be played yet. It will be as soon as the first part is ready.',
      ja: 'まだ再生できません。準備ができしだい視聴できます。',
      es: 'Este vídeo aún no se puede reproducir. Estará disponible en cuanto haya una primera parte.',
    },
  },
  nothing_to_retry: {
    status: 409,
    title: 'The video did not fail, or failed because of its source',
    message: {
      ko: '다시 시도할 작업이 없어요. 파일에 문제가 있었다면 다른 파일을 올려 주세요.',
      en: 'There is nothing to try again. If the file was the problem, upload another one.',
      ja: '再試行するものがありません。ファイルに問題がある場合は、別のファイルをアップロードしてください。',
      es: 'No hay nada que reintentar. Si el problema era el archivo, sube otro.',
    },
  },
  original_not_stored: {
    status: 404,
    title: 'The source of the video is not stored (yet)',
    message: {
      ko: '원본이 아직 준비되지 않았어요.',
      en: 'The original is not available yet.',
      ja: '元のファイルはまだ利用できません。',
      es: 'El original todavía no está disponible.',
    },
  },
  thumbnail_not_found: {
    status: 404,
    title: 'There is no such picture to choose',
    message: {
      ko: '고를 수 있는 썸네일이 아니에요.',
      en: 'There is no such thumbnail to choose.',
      ja: 'そのサムネイルは選べません。',
      es: 'Esa miniatura no está entre las disponibles.',
    },
  },
  channel_exists: {
    status: 409,
    title: 'The person has a channel already; there is one per person',
    message: {
      ko: '이미 채널이 있어요.',
      en: 'You already have a channel.',
      ja: 'すでにチャンネルがあります。',
      es: 'Ya tienes un canal.',
    },
  },
  handle_taken: {
    status: 409,
    title: 'Another channel has this handle',
    message: {
      ko: '이미 쓰고 있는 핸들이에요. 다른 것으로 정해 주세요.',
      en: 'This handle is taken. Please choose another.',
      ja: 'このハンドルはすでに使われています。別のものを選んでください。',
      es: 'Ese identificador ya está en uso. Elige otro.',
    },
  },
  comments_closed: {
    status: 403,
    title: 'Comments of the video are closed',
    message: {
      ko: '댓글이 닫혀 있는 영상이에요.',
      en: 'Comments are turned off for this video.',
      ja: 'この動画のコメントはオフになっています。',
      es: 'Los comentarios de este vídeo están desactivados.',
    },
  },
  not_allowed: {
    status: 403,
    title: 'The person may see this but not change it',
    message: {
      ko: '이 작업을 할 권한이 없어요.',
      en: 'You are not allowed to do that.',
      ja: 'この操作を行う権限がありません。',
      es: 'No tienes permiso para hacer eso.',
    },
  },
  playlist_full: {
    status: 409,
    title: 'The playlist holds as many videos as it may',
    message: {
      ko: '재생목록이 가득 찼어요.',
      en: 'This playlist is full.',
      ja: '再生リストがいっぱいです。',
      es: 'La lista de reproducción está llena.',
    },
  },
});
