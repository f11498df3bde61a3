import { useSearchParams } from 'react-router';
import { attempt } from '../../../api/load.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { mayDo, usePage } from '../../../shell/page.ts';
import { metaWords, pageMeta, pageOf } from '../../../shell/page-meta.ts';
import { ButtonLink } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { EmptyState } from '../../../ui/states.tsx';
import type { VideoCardData } from '../cards/poster.tsx';
import { useList } from '../cards/use-list.ts';
import { VideoGrid } from '../cards/video-grid.tsx';
import { CATEGORIES, type Category, isCategory } from '../categories.ts';
import styles from '../library/library.module.css';
import { LibraryTabs } from '../library/library-tabs.tsx';
import type { Route } from './+types/home-page';

const LISTS = ['latest', 'trending'] as const;
type List = (typeof LISTS)[number];
const PAGE = 24;

interface Asked {
  readonly list: List;
  readonly category: Category | undefined;
  readonly tag: string | undefined;
}

/** What the address asks for; what it cannot be is left out. */
function readAsked(search: URLSearchParams): Asked {
  const list = search.get('list');
  const category = search.get('category');
  return {
    list: LISTS.find((one) => one === list) ?? 'latest',
    category: category !== null && isCategory(category) ? category : undefined,
    tag: search.get('tag')?.slice(0, 40) || undefined,
  };
}
const queryOf = ({ list, category, tag }: Asked) => ({
  list,
  limit: PAGE,
  ...(category !== undefined && { category }),
  ...(tag !== undefined && { tag }),
});

export async function loader({ context, request }: Route.LoaderArgs) {
  return attempt(context, 'GET /api/v1/videos', { query: queryOf(readAsked(new URL(request.url).searchParams)) });
}

export function meta({ matches }: Route.MetaArgs) {
  const page = pageOf(matches);
  return page && pageMeta(page, { title: metaWords(page)?.('video:watch'), path: '/watch' });
}

/** What there is to watch in this zone. */
export default function HomePage({ loaderData }: Route.ComponentProps) {
  const { t } = useTranslation('watch');
  const [search, setSearch] = useSearchParams();
  const asked = readAsked(search);
  const { tag } = asked;
  const set = (name: 'list' | 'category' | 'tag', value: string | undefined) =>
    setSearch(
      (before) => {
        if (value === undefined) before.delete(name);
        else before.set(name, value);
        return before;
      },
      { preventScrollReset: true },
    );
  return (
    <div className="page">
      <h1 className="vh">{t('video:watch')}</h1>
      <LibraryTabs />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a row that scrolls */}
      <div className={styles.chips} role="group" aria-label={t('home.choose')}>
        {LISTS.map((list) => (
          <FilterChip
            key={list}
            on={asked.list === list && asked.category === undefined}
            onClick={() => setSearch(list === 'latest' ? {} : { list })}
          >
            {t(`home.${list}`)}
          </FilterChip>
        ))}
        {CATEGORIES.map((category) => (
          <FilterChip
            key={category}
            on={asked.category === category}
            onClick={() => set('category', asked.category === category ? undefined : category)}
          >
            {t(`category.${category}`)}
          </FilterChip>
        ))}
      </div>
      {tag !== undefined && (
        <div className={styles.head}>
          <h2 className="trunc">#{tag}</h2>
          <FilterChip on onClick={() => set('tag', undefined)}>
            <Icon name="close" size="s" />
            {t('home.clear_tag')}
          </FilterChip>
        </div>
      )}
      <Results key={JSON.stringify(asked)} asked={asked} loaded={loaderData} />
    </div>
  );
}

function FilterChip({ on, onClick, children }: { on: boolean; onClick: () => void; children: React.ReactNode }) {
  return (
    <button type="button" className="chip" aria-pressed={on} onClick={onClick}>
      {children}
    </button>
  );
}

function Results({ asked, loaded }: { asked: Asked; loaded: Route.ComponentProps['loaderData'] }) {
  const { t } = useTranslation('watch');
  const { person } = usePage();
  const list = useList<'GET /api/v1/videos', VideoCardData>('GET /api/v1/videos', { query: queryOf(asked) }, loaded);
  const narrow = asked.category !== undefined || asked.tag !== undefined;
  return (
    <VideoGrid
      list={list}
      empty={
        <div className="card">
          <EmptyState
            title={narrow ? t('home.none') : t('home.empty')}
            text={narrow ? t('home.none_text') : t('home.empty_text')}
            action={
              narrow ? (
                <ButtonLink to="/watch">{t('home.all')}</ButtonLink>
              ) : (
                mayDo(person, 'video:create') && (
                  <ButtonLink kind="primary" to="/studio">
                    {t('home.upload')}
                  </ButtonLink>
                )
              )
            }
          />
        </div>
      }
    />
  );
}
