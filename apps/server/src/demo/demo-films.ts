import type { Category } from '@madang/video/contract';

/** A film of the demo: drawn and sounded by ffmpeg's own generators, so that anyone sees that it is made. */
export interface DemoFilm {
  readonly zoneId: string;
  readonly key: string;
  /** Key in the zone's cast; these people have channels. */
  readonly by: 'creator' | 'teacher' | 'mentor';
  readonly title: string;
  readonly description: string;
  readonly category: Category;
  readonly tags: readonly string[];
  readonly language: string;
  readonly seconds: number;
  /** ffmpeg `lavfi` sources of picture and sound. */
  readonly picture: string;
  readonly sound: string;
  readonly comments: readonly {
    readonly by: string;
    readonly says: string;
    readonly answers?: readonly { readonly by: string; readonly says: string }[];
  }[];
}

/** Tones of a scale (semitones above `base` Hz), one every `beat` seconds, each dying away. */
const plucked = (base: number, semitones: readonly number[], beat: number): string => {
  const step = `floor(mod(t/${beat},${semitones.length}))`;
  const tone = semitones.map((semitone, at) => `eq(${step},${at})*${semitone}`).join('+');
  const wave = `sin(2*PI*${base}*pow(2,(${tone})/12)*t)`;
  return `aevalsrc='0.22*${wave}*exp(-3*mod(t,${beat}))|0.22*${wave}*exp(-2.4*mod(t,${beat}))':s=48000`;
};
const colours = (seed: number, speed: number, ...stops: readonly string[]): string =>
  `gradients=s=640x360:r=30:seed=${seed}:speed=${speed}:n=${stops.length}:${stops.map((stop, at) => `c${at}=0x${stop}`).join(':')}`;
const enlarged = (source: string): string => `${source},scale=640:360:flags=neighbor`;

const GYEMYEONJO = [0, 3, 5, 7, 10, 7, 5, 3];
const PYEONGJO = [0, 2, 5, 7, 9, 12, 9, 7];

export const DEMO_FILMS: readonly DemoFilm[] = [
  {
    zoneId: 'piyakast',
    key: 'dusk',
    by: 'creator',
    title: '해 질 녘 빛의 산조 (합성 영상)',
    description:
      '마당이 스스로 그리고 소리 낸 견본 영상이에요. 계면조 다섯 음이 느린 빛 위로 흘러요.\n\n0:00 진양조\n0:10 중모리\n0:20 자진모리\n\n카메라도 악기도 쓰지 않았어요.',
    category: 'music',
    tags: ['산조', '합성', '견본'],
    language: 'ko',
    seconds: 30,
    picture: colours(11, 0.012, '14213d', 'b23a6b', 'f2a65a', '2f4858'),
    sound: plucked(196, GYEMYEONJO, 0.6),
    comments: [
      {
        by: 'student',
        says: '0:20 에서 빨라지는 순간이 좋아요.',
        answers: [{ by: 'creator', says: '거기부터 반 박씩 당겼어요. 들어 주셔서 고마워요!' }],
      },
      { by: 'student2', says: '색이 바뀌는 속도가 장단이랑 맞네요.' },
    ],
  },
  {
    zoneId: 'piyakast',
    key: 'morning',
    by: 'creator',
    title: '아침 마당, 평조 한 바탕 (합성 영상)',
    description: '평조의 밝은 다섯 음과 아침 빛. 마당이 만든 견본 영상이에요.\n\n0:00 여는 소리\n0:12 가운데\n0:18 맺음',
    category: 'music',
    tags: ['평조', '아침', '견본'],
    language: 'ko',
    seconds: 24,
    picture: colours(23, 0.018, 'fdf0d5', '8ecae6', 'ffb703', '219ebc'),
    sound: plucked(220, PYEONGJO, 0.5),
    comments: [{ by: 'teacher', says: '수업 여는 음악으로 쓰고 있어요.' }],
  },
  {
    zoneId: 'piyakast',
    key: 'test-card',
    by: 'creator',
    title: 'Picture test card, 720p: check your player (synthetic)',
    description:
      'A moving test card with a counter, 1280 × 720 at 30 frames a second. Change the quality while it plays: the counter must not jump.\n\n0:00 Colour bars\n0:15 Still counting',
    category: 'technology',
    tags: ['test card', '720p', 'synthetic'],
    language: 'en',
    seconds: 30,
    picture: 'testsrc2=s=1280x720:r=30',
    sound: "aevalsrc='0.12*sin(2*PI*440*t)*lt(mod(t,1),0.08)|0.12*sin(2*PI*440*t)*lt(mod(t,1),0.08)':s=48000",
    comments: [{ by: 'student2', says: 'No jump at 0:15. Thank you!' }],
  },
  {
    zoneId: 'piyakast',
    key: 'life',
    by: 'creator',
    title: '생명 게임: 점들이 사는 법 (합성 영상)',
    description: '콘웨이의 규칙 네 줄로 움직이는 점들. 불규칙해 보이지만 규칙은 하나예요.\n\n#생명게임 #수학',
    category: 'science',
    tags: ['생명게임', '수학', '견본'],
    language: 'ko',
    seconds: 20,
    picture: enlarged('life=s=160x90:r=12:mold=12:ratio=0.16:seed=5:death_color=#1d3557:life_color=#f4d35e'),
    sound: plucked(147, [0, 7, 3, 10, 5, 12], 0.4),
    comments: [{ by: 'student', says: '처음 3초만 보고도 멍하니 다 봤어요.' }],
  },
  {
    zoneId: 'kzone',
    key: 'rhythm',
    by: 'creator',
    title: '느린 장단에 맞춰 걷기: 박을 세는 화면 (합성 영상)',
    description: '1초에 한 번 울리는 소리에 발을 맞춰 보세요. 화면의 빛이 두 박마다 바뀌어요.\n\n0:00 준비\n0:08 걷기\n0:16 멈춤',
    category: 'performance',
    tags: ['장단', '연습', '견본'],
    language: 'ko',
    seconds: 24,
    picture: colours(31, 0.03, '3d1e6d', 'e63973', 'ffd166', '118ab2'),
    sound:
      "aevalsrc='0.3*sin(2*PI*(110+70*exp(-30*mod(t,1)))*t)*exp(-9*mod(t,1))|0.3*sin(2*PI*(110+70*exp(-30*mod(t,1)))*t)*exp(-9*mod(t,1))':s=48000",
    comments: [
      {
        by: 'student',
        says: 'I practised with this at half speed.',
        answers: [{ by: 'creator', says: '0.5배속으로 보면 딱 진양조예요!' }],
      },
    ],
  },
  {
    zoneId: 'kzone',
    key: 'carpet',
    by: 'creator',
    title: 'Fractals for a stage backdrop (synthetic)',
    description: 'A carpet that repeats itself at every size, drawn by a formula. Free to use behind your practice videos.',
    category: 'film',
    tags: ['fractal', 'backdrop', 'synthetic'],
    language: 'en',
    seconds: 18,
    picture: 'mandelbrot=s=640x360:r=24:end_scale=0.02:end_pts=500',
    sound: plucked(165, PYEONGJO, 0.75),
    comments: [{ by: 'student2', says: '¡Hipnótico!' }],
  },
];
