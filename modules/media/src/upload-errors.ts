import { defineErrors } from '@madang/kernel';

/** Refusals of resumable uploads; `extra` carries the numbers. See media-errors.ts for the zone's storage and open uploads. */
export const uploadErrors = defineErrors('media', {
  account_needed: {
    status: 403,
    title: 'Guests may not upload films',
    message: {
      ko: '동영상을 올리려면 계정이 필요해요. 가입하거나 로그인해 주세요.',
      en: 'You need an account to upload. Please sign up or sign in.',
      ja: 'アップロードにはアカウントが必要です。登録またはログインしてください。',
      es: 'Necesitas una cuenta para subir archivos. Regístrate o inicia sesión.',
    },
  },
  upload_not_found: {
    status: 404,
    title: 'There is no such upload, or not of this person',
    message: {
      ko: '업로드를 찾을 수 없어요.',
      en: 'The upload was not found.',
      ja: 'アップロードが見つかりません。',
      es: 'No se encontró la subida.',
    },
  },
  upload_taken: {
    status: 409,
    title: 'The upload is used for something else already',
    message: {
      ko: '이미 다른 곳에 쓰인 업로드예요.',
      en: 'That upload is already in use.',
      ja: 'このアップロードはすでに使われています。',
      es: 'Esa subida ya se ha usado.',
    },
  },
  upload_expired: {
    status: 410,
    title: 'The upload was left alone for too long',
    message: {
      ko: '업로드 기한이 지났어요. 처음부터 다시 올려 주세요.',
      en: 'This upload has expired. Please start again.',
      ja: 'アップロードの期限が切れました。最初からやり直してください。',
      es: 'Esta subida ha caducado. Empieza de nuevo.',
    },
  },
  tus_version: {
    status: 412,
    title: 'Only tus 1.0.0 is spoken here: send `Tus-Resumable: 1.0.0`',
    message: {
      ko: '지원하지 않는 업로드 방식이에요. 페이지를 새로 고친 뒤 다시 해 주세요.',
      en: 'That way of uploading is not supported. Reload the page and try again.',
      ja: '対応していないアップロード方式です。ページを再読み込みしてお試しください。',
      es: 'Esa forma de subir no se admite. Recarga la página e inténtalo de nuevo.',
    },
  },
  upload_length: {
    status: 400,
    title: '`Upload-Length` is a whole number of bytes above 0, said at creation',
    message: {
      ko: '파일이 비어 있거나 크기를 알 수 없어요.',
      en: 'The file is empty or its size is unknown.',
      ja: 'ファイルが空か、サイズが不明です。',
      es: 'El archivo está vacío o no se conoce su tamaño.',
    },
  },
  upload_metadata: {
    status: 400,
    title: '`Upload-Metadata` is not a list of keys and base64 values',
    message: {
      ko: '파일 정보를 읽을 수 없어요.',
      en: 'The details of the file cannot be read.',
      ja: 'ファイルの情報を読み取れません。',
      es: 'No se pueden leer los datos del archivo.',
    },
  },
  upload_offset: {
    status: 409,
    title: '`Upload-Offset` is not where the bytes received so far end',
    message: {
      ko: '업로드 위치가 맞지 않아요. 이어서 다시 시도할게요.',
      en: 'The upload has moved on. It will continue from where it is.',
      ja: 'アップロード位置が一致しません。続きから再開します。',
      es: 'La subida ha avanzado. Continuará desde donde está.',
    },
  },
  upload_overrun: {
    status: 413,
    title: 'More bytes came than the upload has left',
    message: {
      ko: '처음에 알린 크기보다 파일이 커요. 처음부터 다시 올려 주세요.',
      en: 'The file is larger than announced. Please start again.',
      ja: 'ファイルが申告されたサイズを超えています。最初からやり直してください。',
      es: 'El archivo es mayor de lo anunciado. Empieza de nuevo.',
    },
  },
  upload_too_large: {
    status: 413,
    title: 'The file is larger than is taken here',
    message: {
      ko: '파일이 너무 커요.',
      en: 'The file is too large.',
      ja: 'ファイルが大きすぎます。',
      es: 'El archivo es demasiado grande.',
    },
  },
  quota_exceeded: {
    status: 413,
    title: "The person's own storage does not hold this file",
    message: {
      ko: '내 저장 공간이 모자라요. 쓰지 않는 동영상을 지운 뒤 다시 올려 주세요.',
      en: 'You do not have enough storage left. Delete something you no longer need and try again.',
      ja: '保存容量が足りません。不要な動画を削除してからお試しください。',
      es: 'No te queda espacio suficiente. Borra algo que ya no necesites e inténtalo de nuevo.',
    },
  },
  upload_checksum: {
    status: 400,
    title: '`Upload-Checksum` is `sha1` or `sha256`, a space, and the digest in base64',
    message: {
      ko: '파일 검사 값을 읽을 수 없어요.',
      en: 'The checksum cannot be read.',
      ja: 'チェックサムを読み取れません。',
      es: 'No se puede leer la suma de comprobación.',
    },
  },
  upload_checksum_bytes: {
    status: 413,
    title: 'A request with a checksum carries more bytes than are checked at once',
    message: {
      ko: '한 번에 검사하기에는 너무 커요. 더 작게 나누어 보내 주세요.',
      en: 'That is too much to check at once. Send it in smaller pieces.',
      ja: '一度に検証できるサイズを超えています。小さく分けて送ってください。',
      es: 'Es demasiado para comprobarlo de una vez. Envíalo en partes más pequeñas.',
    },
  },
  upload_checksum_mismatch: {
    status: 460,
    title: 'The bytes of this request do not match their checksum and were not kept',
    message: {
      ko: '전송 중에 파일이 손상되었어요. 이 부분을 다시 보낼게요.',
      en: 'Something was damaged on the way. That piece will be sent again.',
      ja: '送信中にデータが破損しました。この部分を送り直します。',
      es: 'Algo se dañó por el camino. Esa parte se enviará de nuevo.',
    },
  },
  upload_locked: {
    status: 423,
    title: 'Another request is writing this upload',
    message: {
      ko: '다른 창에서 같은 파일을 올리고 있어요.',
      en: 'This file is being uploaded in another window.',
      ja: '別のウィンドウで同じファイルをアップロード中です。',
      es: 'Este archivo se está subiendo en otra ventana.',
    },
  },
  upload_cut_off: {
    status: 408,
    title: 'The body stopped before its end',
    message: {
      ko: '연결이 멈췄어요. 멈춘 곳부터 이어서 올릴 수 있어요.',
      en: 'The connection stalled. The upload can continue from where it stopped.',
      ja: '接続が止まりました。途中から再開できます。',
      es: 'La conexión se detuvo. La subida puede continuar desde ahí.',
    },
  },
  upload_unavailable: {
    status: 503,
    title: 'Films cannot be taken here: a program is missing',
    message: {
      ko: '지금은 동영상을 올릴 수 없어요. 관리자에게 알려 주세요.',
      en: 'Uploads are not available here yet. Please tell the administrator.',
      ja: '現在アップロードできません。管理者にお知らせください。',
      es: 'Aquí todavía no se puede subir. Avisa a quien administra el sitio.',
    },
  },
});
