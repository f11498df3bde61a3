import { defineErrors } from '@madang/kernel';

export const mediaErrors = defineErrors('media', {
  file_not_found: {
    status: 404,
    title: 'There is no such file, or not for this person',
    message: {
      ko: '파일을 찾을 수 없어요.',
      en: 'The file was not found.',
      ja: 'ファイルが見つかりません。',
      es: 'No se encontró el archivo.',
    },
  },
  upload_malformed: {
    status: 400,
    title: 'The body is not the multipart/form-data it says it is',
    message: {
      ko: '파일이 제대로 전송되지 않았어요. 다시 올려 주세요.',
      en: 'The file did not arrive intact. Please upload it again.',
      ja: 'ファイルを正しく受け取れませんでした。もう一度アップロードしてください。',
      es: 'El archivo no llegó completo. Súbelo de nuevo.',
    },
  },
  one_file: {
    status: 400,
    title: 'An upload carries exactly one file',
    message: {
      ko: '파일을 하나씩 올려 주세요.',
      en: 'Please upload one file at a time.',
      ja: 'ファイルは1つずつアップロードしてください。',
      es: 'Sube los archivos de uno en uno.',
    },
  },
  file_too_large: {
    status: 413,
    title: 'The file is larger than is taken here',
    message: {
      ko: '파일이 너무 커요.',
      en: 'The file is too large.',
      ja: 'ファイルが大きすぎます。',
      es: 'El archivo es demasiado grande.',
    },
  },
  storage_full: {
    status: 413,
    title: "The zone's storage limit is reached",
    message: {
      ko: '이 구역의 저장 공간이 가득 찼어요. 관리자에게 알려 주세요.',
      en: 'This zone has run out of storage. Please tell its administrator.',
      ja: 'このゾーンの保存容量がいっぱいです。管理者にお知らせください。',
      es: 'Esta zona no tiene más espacio. Avisa a quien la administra.',
    },
  },
  picture_unsupported: {
    status: 415,
    title: 'A picture of a format that cannot be cleaned of metadata',
    message: {
      ko: '지원하지 않는 사진 형식이에요. JPEG나 PNG로 올려 주세요.',
      en: 'That picture format is not supported. Please upload it as JPEG or PNG.',
      ja: '対応していない画像形式です。JPEGかPNGでアップロードしてください。',
      es: 'Ese formato de imagen no se admite. Súbela como JPEG o PNG.',
    },
  },
  picture_refused: {
    status: 422,
    title: 'The picture is damaged or has too many pixels',
    message: {
      ko: '사진을 읽을 수 없어요. 손상되었거나 너무 커요.',
      en: 'The picture cannot be read: it is damaged or too large.',
      ja: '画像を読み込めません。破損しているか、大きすぎます。',
      es: 'No se puede leer la imagen: está dañada o es demasiado grande.',
    },
  },
  path_ended: {
    status: 410,
    title: 'The token in this path has ended; a fresh path is told to who may still watch',
    message: {
      ko: '재생 주소의 기한이 지났어요. 새로 고치면 이어서 볼 수 있어요.',
      en: 'This playback address has expired. Reload the page to go on watching.',
      ja: '再生用アドレスの有効期限が切れました。再読み込みすると続きを視聴できます。',
      es: 'Esta dirección de reproducción ha caducado. Recarga la página para seguir viendo.',
    },
  },
  uploads_open: {
    status: 429,
    title: 'This person has too many uploads open',
    message: {
      ko: '한꺼번에 너무 많이 올리고 있어요. 잠시 뒤에 다시 해 주세요.',
      en: 'Too many uploads at once. Try again shortly.',
      ja: '同時にアップロードできる数を超えました。少し待ってからお試しください。',
      es: 'Demasiadas subidas a la vez. Inténtalo en un momento.',
    },
  },
  file_not_attachable: {
    status: 422,
    title: 'A file is not this person’s, belongs elsewhere, is not ready, or is attached already',
    message: {
      ko: '첨부할 수 없는 파일이에요. 다시 올려 주세요.',
      en: 'That file cannot be attached. Please upload it again.',
      ja: '添付できないファイルです。もう一度アップロードしてください。',
      es: 'Ese archivo no se puede adjuntar. Súbelo de nuevo.',
    },
  },
});
