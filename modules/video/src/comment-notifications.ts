import { defineNotification } from '@madang/notifications';
import { z } from 'zod';
import { watchPath } from './web-paths.ts';

const payload = z.object({
  videoId: z.string(),
  commentId: z.string(),
  title: z.string(),
  /** Of who wrote it. */
  name: z.string(),
  /** Its first words. */
  excerpt: z.string(),
});
type Payload = z.output<typeof payload>;
const link = ({ videoId, commentId }: Payload): string => `${watchPath(videoId)}?comment=${commentId}`;

export const videoCommented = defineNotification({
  name: 'video.commented',
  payload,
  label: { ko: '내 영상에 달린 댓글', en: 'Comments on your videos', ja: '自分の動画へのコメント', es: 'Comentarios en tus videos' },
  text: {
    ko: '{name}님이 ‘{title}’에 댓글을 남겼어요: {excerpt}',
    en: '{name} commented on “{title}”: {excerpt}',
    ja: '{name}さんが「{title}」にコメントしました：{excerpt}',
    es: '{name} comentó «{title}»: {excerpt}',
  },
  link,
});

export const videoReplied = defineNotification({
  name: 'video.replied',
  payload,
  label: { ko: '내 댓글에 달린 답글', en: 'Replies to your comments', ja: '自分のコメントへの返信', es: 'Respuestas a tus comentarios' },
  text: {
    ko: '{name}님이 ‘{title}’에서 답글을 남겼어요: {excerpt}',
    en: '{name} replied to you on “{title}”: {excerpt}',
    ja: '{name}さんが「{title}」で返信しました：{excerpt}',
    es: '{name} te respondió en «{title}»: {excerpt}',
  },
  link,
});

const EXCERPT = 80;
export function excerptOf(body: string): string {
  const line = body.replace(/\s+/gu, ' ').trim();
  const letters = [...line];
  return letters.length <= EXCERPT ? line : `${letters.slice(0, EXCERPT - 1).join('')}…`;
}
