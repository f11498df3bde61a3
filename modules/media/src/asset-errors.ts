import { defineErrors, type ErrorDefinition } from '@madang/kernel';

/** Why a film could not be made: codes of `Asset.failure`, and refusals of what belongs to one. */
export const assetErrors = defineErrors('media', {
  asset_not_found: {
    status: 404,
    title: 'There is no such asset',
    message: {
      ko: '영상을 찾을 수 없어요.',
      en: 'The video was not found.',
      ja: '動画が見つかりません。',
      es: 'No se encontró el vídeo.',
    },
  },
  poster_unknown: {
    status: 404,
    title: 'There is no such picture to choose',
    message: {
      ko: '고를 수 없는 미리보기 그림이에요.',
      en: 'That thumbnail is not available.',
      ja: 'そのサムネイルは選べません。',
      es: 'Esa miniatura no está disponible.',
    },
  },
  captions_not_found: {
    status: 404,
    title: 'There are no such captions',
    message: {
      ko: '자막을 찾을 수 없어요.',
      en: 'Those captions were not found.',
      ja: '字幕が見つかりません。',
      es: 'No se encontraron esos subtítulos.',
    },
  },
  captions_malformed: {
    status: 422,
    title: 'The captions are not WebVTT',
    message: {
      ko: '자막을 읽을 수 없어요. WebVTT(.vtt) 파일인지 확인해 주세요.',
      en: 'The captions cannot be read. Please check that this is a WebVTT (.vtt) file.',
      ja: '字幕を読み込めません。WebVTT（.vtt）ファイルか確認してください。',
      es: 'No se pueden leer los subtítulos. Comprueba que sea un archivo WebVTT (.vtt).',
    },
  },
  not_media: {
    status: 422,
    title: 'The upload is neither film nor sound',
    message: {
      ko: '영상이나 소리 파일이 아니에요.',
      en: 'This is not a video or audio file.',
      ja: '動画または音声のファイルではありません。',
      es: 'No es un archivo de vídeo ni de audio.',
    },
  },
  unsupported_container: {
    status: 422,
    title: 'The container is not one that is read here',
    message: {
      ko: '지원하지 않는 파일 형식이에요. MP4, MOV, MKV, WebM 등으로 올려 주세요.',
      en: 'That file format is not supported. Please upload MP4, MOV, MKV, WebM or the like.',
      ja: '対応していないファイル形式です。MP4、MOV、MKV、WebMなどでアップロードしてください。',
      es: 'Ese formato de archivo no se admite. Sube MP4, MOV, MKV, WebM o similar.',
    },
  },
  unsupported_codec: {
    status: 422,
    title: 'Picture or sound is encoded in a way that is not read here',
    message: {
      ko: '지원하지 않는 코덱이에요. H.264 같은 흔한 코덱으로 다시 내보내 주세요.',
      en: 'That codec is not supported. Please export it again with a common one such as H.264.',
      ja: '対応していないコーデックです。H.264など一般的なコーデックで書き出し直してください。',
      es: 'Ese códec no se admite. Vuelve a exportarlo con uno común, como H.264.',
    },
  },
  no_streams: {
    status: 422,
    title: 'The file has neither picture nor sound',
    message: {
      ko: '영상도 소리도 들어 있지 않은 파일이에요.',
      en: 'The file contains neither picture nor sound.',
      ja: '映像も音声も含まれていないファイルです。',
      es: 'El archivo no contiene imagen ni sonido.',
    },
  },
  only_pictures: {
    status: 422,
    title: 'The file holds still pictures and nothing that plays',
    message: {
      ko: '사진만 들어 있어요. 영상 파일을 올려 주세요.',
      en: 'This holds only still pictures. Please upload a video.',
      ja: '静止画だけのファイルです。動画をアップロードしてください。',
      es: 'Solo contiene imágenes fijas. Sube un vídeo.',
    },
  },
  size_unknown: {
    status: 422,
    title: 'The file does not say how large its picture is',
    message: {
      ko: '화면 크기를 알 수 없는 영상이에요. 파일이 손상된 것 같아요.',
      en: 'The size of the picture cannot be told. The file seems to be damaged.',
      ja: '映像のサイズを読み取れません。ファイルが破損しているようです。',
      es: 'No se puede saber el tamaño de la imagen. El archivo parece dañado.',
    },
  },
  duration_unknown: {
    status: 422,
    title: 'The length of the film cannot be found',
    message: {
      ko: '영상 길이를 알 수 없어요. 파일이 손상된 것 같아요.',
      en: 'The length of the video cannot be told. The file seems to be damaged.',
      ja: '動画の長さを読み取れません。ファイルが破損しているようです。',
      es: 'No se puede saber la duración del vídeo. El archivo parece dañado.',
    },
  },
  film_too_large: {
    status: 422,
    title: 'The picture has more pixels than are taken',
    message: {
      ko: '화면이 너무 커요. 한 변이 8,192픽셀 이하여야 해요.',
      en: 'The picture is too large: 8,192 pixels a side at most.',
      ja: '映像が大きすぎます。一辺8,192ピクセル以下にしてください。',
      es: 'La imagen es demasiado grande: 8192 píxeles por lado como máximo.',
    },
  },
  film_too_long: {
    status: 422,
    title: 'The film is longer than is taken',
    message: {
      ko: '영상이 너무 길어요. 12시간 이하로 나누어 올려 주세요.',
      en: 'The video is too long: 12 hours at most. Please split it.',
      ja: '動画が長すぎます。12時間以下に分けてアップロードしてください。',
      es: 'El vídeo es demasiado largo: 12 horas como máximo. Divídelo.',
    },
  },
  film_unreadable: {
    status: 422,
    title: 'The source is damaged beyond reading or is not what it says',
    message: {
      ko: '영상을 읽을 수 없어요. 파일이 손상되었거나 온전하지 않아요.',
      en: 'The video cannot be read: the file is damaged or incomplete.',
      ja: '動画を読み込めません。ファイルが破損しているか不完全です。',
      es: 'No se puede leer el vídeo: el archivo está dañado o incompleto.',
    },
  },
  film_exhausting: {
    status: 422,
    title: 'The source takes more time or memory than is allowed',
    message: {
      ko: '이 영상은 처리하기에 너무 무거워요. 더 작은 화질로 내보내 다시 올려 주세요.',
      en: 'This video takes too much to process. Please export it smaller and upload it again.',
      ja: 'この動画は処理の負荷が大きすぎます。小さめに書き出して再度アップロードしてください。',
      es: 'Este vídeo exige demasiado para procesarlo. Expórtalo más pequeño y súbelo de nuevo.',
    },
  },
  tools_missing: {
    status: 503,
    title: 'What films are made with is not on this machine',
    message: {
      ko: '이 서버는 아직 영상을 처리할 수 없어요. 관리자가 준비하면 다시 시도할 수 있어요.',
      en: 'This server cannot process videos yet. You can try again once its operator has set it up.',
      ja: 'このサーバーはまだ動画を処理できません。管理者の準備後にもう一度お試しください。',
      es: 'Este servidor aún no puede procesar vídeos. Podrás reintentarlo cuando se haya preparado.',
    },
  },
  no_space: {
    status: 503,
    title: 'No space was left for what is made',
    message: {
      ko: '서버의 저장 공간이 모자라서 멈췄어요. 나중에 다시 시도해 주세요.',
      en: 'The server ran out of space. Please try again later.',
      ja: 'サーバーの空き容量が足りず中断しました。あとでもう一度お試しください。',
      es: 'El servidor se quedó sin espacio. Inténtalo más tarde.',
    },
  },
  making_failed: {
    status: 503,
    title: 'Making the film failed several times, not by the fault of the source',
    message: {
      ko: '영상을 처리하다가 문제가 생겼어요. 다시 시도해 주세요.',
      en: 'Something went wrong while processing the video. Please try again.',
      ja: '動画の処理中に問題が発生しました。もう一度お試しください。',
      es: 'Algo falló al procesar el vídeo. Inténtalo de nuevo.',
    },
  },
  upload_lost: {
    status: 410,
    title: 'The upload ended before its last byte',
    message: {
      ko: '업로드가 끝까지 이어지지 않았어요. 다시 올려 주세요.',
      en: 'The upload was never completed. Please upload it again.',
      ja: 'アップロードが完了しませんでした。もう一度アップロードしてください。',
      es: 'La subida no llegó a completarse. Vuelve a subirlo.',
    },
  },
});

export type FailureName = keyof typeof assetErrors;

/** A `code` as it is stored, back to what it means. */
export function failureOf(code: string): ErrorDefinition {
  return Object.values(assetErrors).find((definition) => definition.code === code) ?? assetErrors.making_failed;
}

const AGAIN: ReadonlySet<FailureName> = new Set(['tools_missing', 'no_space', 'making_failed']);
/** The source is not to blame: it is kept, and making it again may succeed. */
export const mayTryAgain = (name: FailureName): boolean => AGAIN.has(name);
export const codeMayTryAgain = (code: string): boolean => [...AGAIN].some((name) => assetErrors[name].code === code);
