import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, apiPage } from '../../../api/browser.ts';
import { useQueries } from '../../../api/queries.ts';
import { useEndpoint } from '../../../api/use-endpoint.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { usePage } from '../../../shell/page.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { TextField } from '../../../ui/field.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { ErrorState } from '../../../ui/states.tsx';
import { Loading, Skeleton } from '../../../ui/surfaces.tsx';
import { Time } from '../../../ui/time.tsx';
import { toast } from '../../../ui/toast.ts';
import { useDebounced } from '../../../ui/use-debounced.ts';
import layout from '../layout/studio.module.css';
import { useTelling } from '../layout/use-telling.ts';
import styles from './channel.module.css';

interface Person {
  readonly id: string;
  readonly name: string;
}

/** Who may watch what is for members: people the creator lets in. */
export function MembersPart({ channelId }: { channelId: string }) {
  const { t } = useTranslation('studioPages');
  const telling = useTelling();
  const queries = useQueries();
  const key = ['GET /api/v1/channels/:channelId/members', channelId];
  const list = useInfiniteQuery(
    {
      queryKey: key,
      queryFn: ({ pageParam, signal }) =>
        apiPage('GET /api/v1/channels/:channelId/members', { params: { channelId }, query: { cursor: pageParam, limit: 50 }, signal }),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.nextCursor ?? undefined,
    },
    queries,
  );
  const members = list.data?.pages.flatMap((page) => page.items) ?? [];
  const fresh = () => queries.invalidateQueries({ queryKey: key });
  const invite = async (person: Person) => {
    const params = { channelId, userId: person.id };
    if (await telling(() => api('PUT /api/v1/channels/:channelId/members/:userId', { params })))
      toast({ text: t('members.invited', { name: person.name }) });
    await fresh();
  };
  const remove = async (person: Person) => {
    const params = { channelId, userId: person.id };
    if (await telling(() => api('DELETE /api/v1/channels/:channelId/members/:userId', { params })))
      toast({ text: t('members.removed', { name: person.name }), action: { label: t('undo'), run: () => void invite(person) } });
    await fresh();
  };
  return (
    <section className={`card ${layout.part} ${styles.members}`} id="members">
      <div className={layout.partHead}>
        <h2 className="grow">{t('members.title')}</h2>
      </div>
      <p className="t13 mut">{t('members.text')}</p>
      <InviteField known={new Set(members.map(({ id }) => id))} onInvite={(person) => void invite(person)} />
      {list.isPending ? (
        <Loading label={t('members.title')}>
          {[0, 1, 2].map((n) => (
            <div key={n} className={styles.member}>
              <Skeleton width={28} height={28} style={{ borderRadius: '50%' }} />
              <Skeleton width="50%" height={14} />
            </div>
          ))}
        </Loading>
      ) : list.isError && members.length === 0 ? (
        <ErrorState title={t('members.failed')} problem={list.error} onRetry={() => void list.refetch()} />
      ) : members.length === 0 ? (
        <p className={`t13 dim ${styles.none}`}>{t('members.empty')}</p>
      ) : (
        <ul>
          {members.map((member) => (
            <li key={member.id} className={styles.member}>
              <Avatar person={member} size="s" />
              <span className="col grow">
                <span className="trunc">{member.name}</span>
                <span className="t12 dim">
                  <Time at={member.since} as="date" />
                </span>
              </span>
              <IconButton size="s" icon="close" label={t('members.remove', { name: member.name })} onClick={() => void remove(member)} />
            </li>
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button size="s" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('more')}
        </Button>
      )}
    </section>
  );
}

/** Finds people of the zone by name; one press lets them in. */
function InviteField({ known, onInvite }: { known: ReadonlySet<string>; onInvite: (person: Person) => void }) {
  const { t } = useTranslation('studioPages');
  const { person } = usePage();
  const [typed, setTyped] = useState('');
  const query = useDebounced(typed.trim(), 200);
  const found = useEndpoint('GET /api/v1/users', { input: { query: { query, limit: 8 } }, enabled: query !== '' });
  const people = query === '' ? [] : (found.data?.items ?? []).filter(({ id }) => id !== person?.id && !known.has(id));
  const nobody = query !== '' && people.length === 0 && !found.isFetching;
  return (
    <div className={styles.invite}>
      <TextField
        label={t('members.invite')}
        type="search"
        autoComplete="off"
        placeholder={t('members.find')}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      {people.length > 0 && (
        <ul className={styles.found} aria-label={t('members.found')}>
          {people.map((one) => (
            <li key={one.id}>
              <button
                type="button"
                className="menu-item"
                onClick={() => {
                  onInvite(one);
                  setTyped('');
                }}
              >
                <Avatar person={one} size="xs" />
                <span className="trunc">{one.name}</span>
                <span className="end">
                  <Icon name="plus" size="s" />
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <p className={nobody ? 't13 dim' : 'vh'} role="status">
        {nobody ? t('members.nobody', { query }) : ''}
      </p>
    </div>
  );
}
