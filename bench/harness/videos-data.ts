import pg from 'pg';
import { searchWords } from '../../modules/video/src/search-words.ts';
import { seededRandom } from '../../tests/harness/seeded-random.ts';
import { FILM_ZONE } from './creator.ts';

const CHANNELS = 2000;
const WORDS = 32_000;
const AT_ONCE = 5000;
const TRENDING_VIDEOS = 5000;
/** Of each kind of query. */
const QUERIES = 300;
/** Syllables that every other word is made of. */
const COMMON = [
  ...'가나다라마바사아자하수학영어과국기타연습강의음악춤배우운동여행요리사진문제풀이교실시작이야기도시방법공부정리생활건강세계역사우리새로운작은큰물불산강하늘바다노래피아노그림글책말소리',
];
const VOWELS = [0, 4, 8, 13, 18, 20, 5, 1];
const FINALS = [0, 0, 0, 4, 8, 16, 21, 1];

type Random = () => number;
const oneOf = <Item>(items: readonly Item[], random: Random): Item => items[Math.floor(random() * items.length)] as Item;
const several = (random: Random, make: () => string): string => Array.from({ length: 2 + Math.floor(random() * 3) }, make).join('');

const koreanWord = (random: Random): string =>
  several(random, () => {
    if (random() < 0.6) return oneOf(COMMON, random);
    return String.fromCodePoint(0xac00 + (Math.floor(random() * 19) * 21 + oneOf(VOWELS, random)) * 28 + oneOf(FINALS, random));
  });
const latinWord = (random: Random): string =>
  several(
    random,
    () => oneOf([...'bcdfghklmnprstvw'], random) + oneOf([...'aeiou'], random) + (random() < 0.4 ? oneOf([...'nrstlm'], random) : ''),
  );

/** Two thirds Korean; few words are in many titles and most are in few. */
function vocabulary(random: Random): { readonly words: readonly string[]; next(): string } {
  const words = [...new Set(Array.from({ length: WORDS }, (_, at) => (at % 3 === 0 ? latinWord(random) : koreanWord(random))))];
  return { words, next: () => words[Math.floor(words.length * random() ** 3)] as string };
}

/**
 * Public films that were watched, with their owners, pictures and words, straight through SQL: a zone of some years. The triggers
 * that keep search in step are left out; their work is done once for all.
 */
export async function fillWithVideos(url: string, videos: number, onProgress: (made: number) => void): Promise<void> {
  const random = seededRandom(11);
  const { next } = vocabulary(random);
  const text = (words: number): string => Array.from({ length: words }, next).join(' ');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`select set_config('app.zone', $1, false)`, [FILM_ZONE]);
    await client.query('alter table video.videos disable trigger user');
    const names = Array.from({ length: CHANNELS }, () => text(2));
    await client.query(
      `insert into identity.users (zone_id, id, kind, name, colour, email, role, locale, created_at, updated_at)
       select $1, 'user_bench' || i, 'account', n, 120, 'bench' || i || '@example.org', 'student', 'ko', now(), now()
       from unnest($2::text[]) with ordinality c (n, i)`,
      [FILM_ZONE, names],
    );
    await client.query(
      `insert into video.channels (zone_id, id, owner_id, handle, handle_key, name, created_at)
       select $1, 'channel_bench' || i, 'user_bench' || i, 'h' || i, 'h' || i, n, now() from unnest($2::text[]) with ordinality c (n, i)`,
      [FILM_ZONE, names],
    );
    for (let from = 0; from < videos; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, videos - from);
      const texts = (words: () => number) => Array.from({ length: count }, () => text(words()));
      await client.query(
        `insert into video.videos (zone_id, id, channel_id, owner_id, upload_id, title, description, tags, visibility, status, published_at,
           views, duration_seconds, width, height, poster, created_at, updated_at)
         select $1, 'video_bench' || n, 'channel_bench' || (1 + n % ${CHANNELS}), 'user_bench' || (1 + n % ${CHANNELS}), 'upload_bench' || n, t, d,
           string_to_array(g, ' '), 'public', 'ready', now() - n * interval '5 minutes', floor(exp(r * 12))::bigint, 300, 1280, 720, 1, now(), now()
         from unnest($2::text[], $3::text[], $4::text[], $5::double precision[]) with ordinality x (t, d, g, r, i), lateral (select i + $6::integer as n) p`,
        [
          ...[FILM_ZONE, texts(() => 3 + Math.floor(random() * 4)), texts(() => 25), texts(() => 3)],
          ...[Array.from({ length: count }, random), from],
        ],
      );
      onProgress(from + count);
    }
    await client.query(
      `insert into media.assets (zone_id, id, owner_id, upload_id, source_key, access, status, poster, poster_width, poster_height, duration_seconds,
         width, height, created_at, playable_at, ready_at)
       select zone_id, id, owner_id, upload_id, '', 'public', 'ready', 1, 1280, 720, 300, 1280, 720, now(), now(), now() from video.videos
       where zone_id = $1 and upload_id like 'upload_bench%'`,
      [FILM_ZONE],
    );
    await client.query(
      `insert into video.search (zone_id, video_id, title, title_terms, terms, watched, published_at)
       select v.zone_id, v.id, video.fold(v.title), array_to_tsvector(array(select video.words_of(v.title || ' ' || array_to_string(v.tags, ' ')))),
         array_to_tsvector(array(select video.words_of(v.title || ' ' || array_to_string(v.tags, ' ') || ' ' || c.name || ' ' || left(v.description, 200)))),
         ln(1 + v.views), v.published_at
       from video.videos v join video.channels c on c.zone_id = v.zone_id and c.id = v.channel_id
       where v.zone_id = $1 and v.upload_id like 'upload_bench%'`,
      [FILM_ZONE],
    );
    await client.query(
      `insert into video.search_words (zone_id, word, uses)
       select $1, w, count(*) from video.search s, unnest(tsvector_to_array(s.terms)) w where s.zone_id = $1 group by w
       on conflict (zone_id, word) do update set uses = excluded.uses`,
      [FILM_ZONE],
    );
    await client.query(
      `insert into video.tags (zone_id, tag, video_id, published_at)
       select distinct v.zone_id, tag, v.id, v.published_at from video.videos v, unnest(v.tags) tag where v.zone_id = $1
       on conflict do nothing`,
      [FILM_ZONE],
    );
    await client.query(
      `insert into video.daily_views (zone_id, video_id, day, views, watch_seconds, viewers)
       select $1, 'video_bench' || n, current_date - day, 1 + (n * 7919) % 500, 60 * ((n * 104729) % 3000), 1 + (n * 7919) % 300
       from generate_series(1, least($2::integer, ${TRENDING_VIDEOS})) n, generate_series(0, 6) day`,
      [FILM_ZONE, videos],
    );
    await client.query('alter table video.videos enable trigger user');
    await client.query('vacuum analyze');
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

/** One letter left out, or two of them swapped; a Korean syllable is as many letters as it is written with. */
function mistyped(word: string, random: Random): string {
  const letters = [...word.normalize('NFD')];
  const at = Math.floor(random() * (letters.length - 1));
  if (random() < 0.5 && letters.length > 3) letters.splice(at, 1);
  else letters.splice(at, 2, ...letters.slice(at, at + 2).reverse());
  return letters.join('').normalize('NFC');
}

export interface QueryKind {
  readonly name: string;
  readonly queries: readonly string[];
}

/** What people type, by kinds; every one has a word that somebody could have looked for. */
export function searchQueries(titles: readonly string[]): QueryKind[] {
  const { words } = vocabulary(seededRandom(11));
  const random = seededRandom(7);
  const word = (): string => oneOf(words, random);
  const ends = (): [string, string] => {
    const said = oneOf(titles, random).split(' ');
    return [said[0] ?? '', said.at(-1) ?? ''];
  };
  const kinds: Record<string, () => string> = {
    word,
    'common word': () => words[Math.floor(random() * 60)] as string,
    'two of a title': () => ends().join(' '),
    particle: () => `${word()}를`,
    mistyped: () => mistyped(word(), random),
    'one of two mistyped': () => {
      const [first, last] = ends();
      return `${mistyped(first, random)} ${last}`;
    },
    beginning: () => word().slice(0, 2),
    'one letter': () => word().slice(0, 1),
  };
  return Object.entries(kinds).map(([name, make]) => ({ name, queries: Array.from({ length: QUERIES }, make) }));
}

/** As the function that finds videos takes them: stems, and the words as they were written. */
export function searchedWords(query: string): [stems: readonly string[], said: readonly string[]] {
  const words = searchWords(query);
  return [words.map(({ stem }) => stem), words.map(({ said }) => said)];
}
