import type { FileCard } from '@madang/chat/contract';
import { useCallback, useEffect, useRef, useState } from 'react';
import { session } from '../../../api/browser.ts';
import { ApiProblem, isOffline } from '../../../api/problem.ts';
import { useFormat } from '../../../i18n/format.ts';
import { usePage } from '../../../shell/page.ts';
import { toast } from '../../../ui/toast.ts';
import { FILE_BYTES, FILES_MOST, uploadFile } from '../browser/upload-file.ts';
import { useMoreWords } from '../words/use-more-words.ts';

export interface Attachment {
  readonly key: string;
  readonly file: File;
  /** A picture, before anything was sent. */
  readonly preview: string | undefined;
  /** 0 to 1. */
  readonly done: number;
  readonly card: FileCard | undefined;
  readonly problem: string | undefined;
}

export interface Attachments {
  readonly list: readonly Attachment[];
  /** All of them have arrived. */
  readonly ready: boolean;
  readonly add: (files: Iterable<File>) => void;
  readonly remove: (key: string) => void;
  readonly again: (key: string) => void;
  /** Hands the cards over to a message and starts empty. */
  readonly take: () => FileCard[];
}

/** Files that go with the next message: each uploads at once, on its own, and can be taken out again. */
export function useAttachments(roomId: string): Attachments {
  const { t } = useMoreWords();
  const format = useFormat();
  const { locale } = usePage();
  const [list, setList] = useState<readonly Attachment[]>([]);
  const aborts = useRef(new Map<string, AbortController>());
  const count = useRef(0);
  const latest = useRef(list);
  latest.current = list;

  const change = useCallback((key: string, part: Partial<Attachment>) => {
    setList((before) => before.map((one) => (one.key === key ? { ...one, ...part } : one)));
  }, []);

  const upload = useCallback(
    async (key: string, file: File) => {
      const abort = new AbortController();
      aborts.current.set(key, abort);
      try {
        await session().ensurePerson(locale);
        const card = await uploadFile(roomId, file, { signal: abort.signal, onProgress: (done) => change(key, { done }) });
        change(key, { card, done: 1 });
      } catch (error) {
        if (abort.signal.aborted) return;
        const said = error instanceof ApiProblem && !isOffline(error) ? error.document.message : '';
        change(key, { problem: said || t('file.failed') });
      } finally {
        aborts.current.delete(key);
      }
    },
    [roomId, locale, change, t],
  );

  const add = useCallback(
    (files: Iterable<File>) => {
      const chosen = [...files];
      const room = FILES_MOST - latest.current.length;
      if (chosen.length > room) toast({ text: t('file.too_many', { count: FILES_MOST }) });
      const fitting = chosen.slice(0, room).filter((file) => {
        if (file.size > FILE_BYTES) toast({ text: t('file.too_large', { name: file.name, most: format.bytes(FILE_BYTES) }) });
        return file.size <= FILE_BYTES;
      });
      const added = fitting.map((file): Attachment => {
        const preview = /^image\/(?:png|jpeg|webp|gif|avif)$/.test(file.type) ? URL.createObjectURL(file) : undefined;
        return { key: `file-${count.current++}`, file, preview, done: 0, card: undefined, problem: undefined };
      });
      setList((before) => [...before, ...added]);
      for (const { key, file } of added) void upload(key, file);
    },
    [upload, format, t],
  );

  const remove = useCallback((key: string) => {
    aborts.current.get(key)?.abort();
    setList((before) => {
      const gone = before.find((one) => one.key === key);
      if (gone?.preview !== undefined) URL.revokeObjectURL(gone.preview);
      return before.filter((one) => one !== gone);
    });
  }, []);

  const again = useCallback(
    (key: string) => {
      const one = latest.current.find((held) => held.key === key);
      if (one === undefined) return;
      change(key, { problem: undefined, done: 0 });
      void upload(key, one.file);
    },
    [change, upload],
  );

  const take = useCallback(() => {
    const cards = latest.current.flatMap(({ card }) => (card === undefined ? [] : [card]));
    for (const { preview } of latest.current) if (preview !== undefined) URL.revokeObjectURL(preview);
    setList([]);
    return cards;
  }, []);

  useEffect(() => {
    const open = aborts.current;
    return () => {
      for (const abort of open.values()) abort.abort();
      for (const { preview } of latest.current) if (preview !== undefined) URL.revokeObjectURL(preview);
    };
  }, []);

  return { list, ready: list.every(({ card }) => card !== undefined), add, remove, again, take };
}
