import { type RefObject, useEffect, useState } from 'react';
import { keepSettings, loadSettings } from './engine/settings.ts';
import type { Playback } from './use-player.ts';

type Captions = Playback['captions'][number];

export interface CaptionsState {
  readonly all: readonly Captions[];
  readonly shown: Captions | undefined;
  /** What is said now, line by line. */
  readonly lines: readonly string[];
  readonly choose: (id: string | null) => void;
  readonly toggle: () => void;
}

/** The language the person last read, or none. Cues come from `<track>` elements that stay hidden: the player draws them itself. */
export function useCaptions(media: RefObject<HTMLVideoElement | null>, all: readonly Captions[], locale: string): CaptionsState {
  const [chosen, setChosen] = useState<string | null>(null);
  const [lines, setLines] = useState<readonly string[]>([]);
  const shown = all.find(({ id }) => id === chosen);
  useEffect(() => {
    const language = loadSettings().captions;
    setChosen(all.find((one) => one.language === language)?.id ?? null);
  }, [all]);

  useEffect(() => {
    setLines([]);
    if (shown === undefined) return;
    const element = media.current?.querySelector<HTMLTrackElement>(`track[id="${CSS.escape(shown.id)}"]`);
    const track = element?.track;
    if (track === undefined) return;
    const read = () =>
      setLines(
        [...(track.activeCues ?? [])].flatMap((cue) => ('text' in cue ? (cue.text as string).replaceAll(/<[^>]*>/g, '').split('\n') : [])),
      );
    track.mode = 'hidden';
    track.addEventListener('cuechange', read);
    // The phone's own full screen shows nothing that a page draws.
    const native = () => {
      track.mode = 'showing';
    };
    const back = () => {
      track.mode = 'hidden';
    };
    const video = media.current;
    video?.addEventListener('webkitbeginfullscreen', native);
    video?.addEventListener('webkitendfullscreen', back);
    return () => {
      track.removeEventListener('cuechange', read);
      track.mode = 'disabled';
      video?.removeEventListener('webkitbeginfullscreen', native);
      video?.removeEventListener('webkitendfullscreen', back);
    };
  }, [media, shown]);

  const choose = (id: string | null) => {
    setChosen(id);
    keepSettings({ captions: all.find((one) => one.id === id)?.language ?? null });
  };
  return {
    all,
    shown,
    lines,
    choose,
    toggle: () => {
      if (all.length === 0) return;
      choose(shown === undefined ? ((all.find((one) => one.language.split('-')[0] === locale) ?? all[0])?.id ?? null) : null);
    },
  };
}
