import { FEATURES, type Feature, type LocalizedText, type Zone, type ZoneLimits } from '@madang/kernel';

/** A zone to be made, and where it stands on the city's plan. */
export type ZonePreset = Omit<Zone, 'version'> & { readonly position: number };

const GIBIBYTE = 1024 ** 3;

export const DEFAULT_LIMITS: ZoneLimits = {
  storageBytes: 200 * GIBIBYTE,
  seats: 10_000,
  attachmentBytes: 25_000_000,
  guestsMayCreate: false,
};

function preset(
  position: number,
  id: string,
  hue: number,
  domains: readonly string[],
  features: readonly Feature[],
  names: LocalizedText,
  taglines: LocalizedText,
  rest: { portal?: boolean; guestsMayCreate?: boolean } = {},
): ZonePreset {
  return {
    id,
    names,
    taglines,
    hue,
    features: FEATURES.filter((feature) => features.includes(feature)),
    limits: { ...DEFAULT_LIMITS, guestsMayCreate: rest.guestsMayCreate ?? false },
    domains,
    apexToWww: true,
    portal: rest.portal ?? false,
    status: 'open',
    position,
  };
}

/** A name that is written alike in every language. */
const everywhere = (name: string): LocalizedText => ({ ko: name, en: name, ja: name, es: name });

/** The city itself: the bare host, and the only zone of a fresh installation without the demo. */
export const PORTAL_PRESET: ZonePreset = preset(
  0,
  'dreamseed',
  62,
  ['dreamseedai.com'],
  ['rooms', 'deploy'],
  { ko: '마당', en: 'Madang', ja: 'マダン', es: 'Madang' },
  {
    ko: '열린 배움과 이야기의 도시',
    en: 'An open city for learning and talk',
    ja: '学びと語らいにひらかれた街',
    es: 'Una ciudad abierta para aprender y conversar',
  },
  { portal: true },
);

/** The portal and the ten rooms around it, row by row as they stand on the plan. */
export const ZONE_PRESETS: readonly ZonePreset[] = [
  PORTAL_PRESET,
  preset(1, 'univprep', 250, ['univprepai.com'], ['rooms', 'video', 'live', 'mentoring', 'exams', 'labs'], everywhere('UnivPrep'), {
    ko: '대입·수능',
    en: 'University entrance',
    ja: '大学入試',
    es: 'Acceso a la universidad',
  }),
  preset(2, 'collegeprep', 222, ['collegeprepai.com'], ['rooms', 'video', 'mentoring', 'exams', 'labs'], everywhere('CollegePrep'), {
    ko: '전문대·편입',
    en: 'College and transfer',
    ja: '短大・編入',
    es: 'Estudios superiores y traslados',
  }),
  preset(3, 'majorprep', 300, ['majorprepai.com'], ['rooms', 'video', 'mentoring', 'exams', 'labs'], everywhere('MajorPrep'), {
    ko: '전공 기초',
    en: 'Before the major',
    ja: '専門の基礎',
    es: 'Bases de la carrera',
  }),
  preset(4, 'mediprep', 186, ['mediprepai.com'], ['rooms', 'video', 'mentoring', 'exams', 'labs'], everywhere('MediPrep'), {
    ko: '의약학 계열',
    en: 'Medicine and pharmacy',
    ja: '医学・薬学',
    es: 'Medicina y farmacia',
  }),
  preset(5, 'skillprep', 130, ['skillprepai.com'], ['rooms', 'video', 'mentoring', 'exams', 'labs'], everywhere('SkillPrep'), {
    ko: '자격증·실기',
    en: 'Certificates and skills',
    ja: '資格・実技',
    es: 'Títulos y oficios',
  }),
  preset(6, 'kzone', 322, ['my-ktube.com', 'my-ktube.ai'], ['rooms', 'video', 'live', 'labs'], everywhere('K-Zone'), {
    ko: '한국어·춤·드라마',
    en: 'Korean, dance, drama',
    ja: '韓国語・ダンス・ドラマ',
    es: 'Coreano, baile y series',
  }),
  preset(7, 'mpcstudy', 98, ['mpcstudy.com'], ['rooms', 'video', 'mentoring', 'exams', 'labs'], everywhere('MPC Study'), {
    ko: '수학·물리·화학',
    en: 'Maths, physics, chemistry',
    ja: '数学・物理・化学',
    es: 'Matemáticas, física y química',
  }),
  preset(8, 'cotept', 272, [], ['rooms', 'video', 'live', 'mentoring'], everywhere('CotePT'), {
    ko: '1:1 라이브 멘토링',
    en: 'One-to-one mentoring',
    ja: '1対1のライブメンタリング',
    es: 'Mentoría individual en directo',
  }),
  preset(
    9,
    'talk',
    160,
    [],
    ['rooms'],
    { ko: '이야기', en: 'Talk', ja: 'トーク', es: 'Charla' },
    { ko: '손님 대화방', en: 'Guest chat', ja: 'ゲストチャット', es: 'Chat para invitados' },
    { guestsMayCreate: true },
  ),
  preset(10, 'piyakast', 0, [], ['rooms', 'video', 'live'], everywhere('PIYAKast'), {
    ko: '영상과 생방송',
    en: 'Video and live',
    ja: '動画とライブ',
    es: 'Vídeo y directos',
  }),
];
