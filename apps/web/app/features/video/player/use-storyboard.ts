import { useEffect, useRef, useState } from 'react';
import { type Sprite, spritesOf } from './engine/storyboard.ts';

/** The pictures of a film's moments, once someone came near its seek bar. */
export function useStoryboard(url: string | null): { sprites: readonly Sprite[]; warm: () => void } {
  const [sprites, setSprites] = useState<readonly Sprite[]>([]);
  const asked = useRef<string>(undefined);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another film has another storyboard
  useEffect(() => () => setSprites([]), [url]);
  return {
    sprites,
    warm: () => {
      if (url === null || asked.current === url) return;
      asked.current = url;
      fetch(url)
        .then(async (response) => {
          if (!response.ok) throw new Error(`storyboard ${response.status}`);
          setSprites(spritesOf(await response.text(), response.url));
        })
        .catch(() => {
          asked.current = undefined;
        });
    },
  };
}
