import { randomInt } from 'node:crypto';
import type { Locale } from '@madang/kernel';

interface Words {
  readonly moods: readonly string[];
  readonly animals: readonly string[];
  readonly join: (mood: string, animal: string) => string;
}

const WORDS: Readonly<Record<Locale, Words>> = {
  ko: {
    moods: ['반가운', '느긋한', '씩씩한', '다정한', '엉뚱한', '부지런한', '포근한', '용감한', '호기심 많은', '산뜻한', '든든한', '신나는'],
    animals: ['수달', '고라니', '까치', '다람쥐', '두루미', '너구리', '반달곰', '삽살개', '꾀꼬리', '참새', '호랑이', '해달'],
    join: (mood, animal) => `${mood} ${animal}`,
  },
  en: {
    moods: ['Cheerful', 'Curious', 'Gentle', 'Brave', 'Sunny', 'Quiet', 'Merry', 'Clever', 'Cosy', 'Lively', 'Bright', 'Kind'],
    animals: ['Otter', 'Magpie', 'Squirrel', 'Crane', 'Badger', 'Heron', 'Fox', 'Hedgehog', 'Robin', 'Lynx', 'Tiger', 'Seal'],
    join: (mood, animal) => `${mood} ${animal}`,
  },
  ja: {
    moods: [
      'のんびり',
      'わくわく',
      'ほがらかな',
      'やさしい',
      '元気な',
      '静かな',
      '勇敢な',
      '好奇心旺盛な',
      '陽気な',
      'まめな',
      'さわやかな',
      'ふわふわの',
    ],
    animals: [
      'カワウソ',
      'カササギ',
      'リス',
      'ツル',
      'タヌキ',
      'キツネ',
      'ツキノワグマ',
      'シバイヌ',
      'ウグイス',
      'スズメ',
      'トラ',
      'ラッコ',
    ],
    join: (mood, animal) => `${mood}${animal}`,
  },
  es: {
    moods: ['alegre', 'amable', 'audaz', 'tranquilo', 'curioso', 'valiente', 'risueño', 'sereno', 'astuto', 'veloz', 'brillante', 'gentil'],
    animals: ['Zorro', 'Tejón', 'Lince', 'Gorrión', 'Tigre', 'Erizo', 'Petirrojo', 'Castor', 'Búho', 'Delfín', 'Cóndor', 'Puma'],
    join: (mood, animal) => `${animal} ${mood}`,
  },
};

/** A friendly name with a number, so that two guests of one room are seldom namesakes: 12 × 12 × 90 per language. */
export function guestName(locale: Locale, pick: (below: number) => number = randomInt): string {
  const { moods, animals, join } = WORDS[locale];
  const name = join(moods[pick(moods.length)] ?? '', animals[pick(animals.length)] ?? '');
  return `${name} ${10 + pick(90)}`;
}
