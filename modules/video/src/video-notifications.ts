import { defineNotification } from '@madang/notifications';
import { z } from 'zod';
import { watchPath } from './web-paths.ts';

const payload = z.object({ videoId: z.string(), title: z.string(), channel: z.string() });
const watchPage = ({ videoId }: { videoId: string }): string => watchPath(videoId);
const studioPage = ({ videoId }: { videoId: string }): string => `/studio/videos/${videoId}`;

/** For subscribers who want the bell. */
export const newVideo = defineNotification({
  name: 'video.published',
  payload,
  label: {
    ko: '구독한 채널의 새 영상',
    en: 'New videos of channels you follow',
    ja: '登録チャンネルの新着動画',
    es: 'Vídeos nuevos de tus suscripciones',
  },
  text: {
    ko: '{channel} 채널에 새 영상이 올라왔어요: {title}',
    en: '{channel} published “{title}”',
    ja: '{channel}が「{title}」を公開しました',
    es: '{channel} ha publicado «{title}»',
  },
  link: watchPage,
});

/** For the creator: every quality is there. */
export const videoReady = defineNotification({
  name: 'video.ready',
  payload,
  label: { ko: '내 영상 준비 완료', en: 'Your videos are ready', ja: '自分の動画の準備完了', es: 'Tus videos están listos' },
  text: {
    ko: '‘{title}’ 영상이 모든 화질로 준비됐어요',
    en: '“{title}” is ready in every quality',
    ja: '「{title}」がすべての画質で準備できました',
    es: '«{title}» está listo en todas las calidades',
  },
  link: watchPage,
});

/** For the creator, with the way to what can be done about it. */
export const videoFailed = defineNotification({
  name: 'video.failed',
  payload,
  label: { ko: '내 영상 처리 실패', en: 'Your videos that failed', ja: '自分の動画の処理失敗', es: 'Tus videos con errores' },
  text: {
    ko: '‘{title}’ 영상을 처리하지 못했어요',
    en: '“{title}” could not be processed',
    ja: '「{title}」を処理できませんでした',
    es: 'No se pudo procesar «{title}»',
  },
  link: studioPage,
});
