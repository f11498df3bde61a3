import type { Feature, Locale } from '@madang/kernel';
import type { AdminZone } from '@madang/zones/contract';
import { type FormEvent, lazy, Suspense, useState } from 'react';
import { api } from '../../api/browser.ts';
import { useQueries } from '../../api/queries.ts';
import { useChange } from '../../api/use-change.ts';
import { endpointKey } from '../../api/use-endpoint.ts';
import { useFormat } from '../../i18n/format.ts';
import { LOCALE_NAMES, LOCALES } from '../../i18n/locales.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useReload } from '../../shell/page.ts';
import { Button } from '../../ui/button.tsx';
import { Complaint } from '../../ui/complaint.tsx';
import { Switch, TextField } from '../../ui/field.tsx';
import { Segments } from '../../ui/segments.tsx';
import { toast } from '../../ui/toast.ts';
import { AccentEditor } from './accent-editor.tsx';
import styles from './settings.module.css';
import { Conflict } from './settings-conflict.tsx';
import { changesOf, type Draft, differing, draftOf, rebase } from './settings-draft.ts';
import { ZonePreview } from './zone-preview.tsx';

const LeaveGuard = lazy(() => import('./leave-guard.tsx'));

const FEATURES: readonly Feature[] = ['rooms', 'video', 'live', 'mentoring', 'exams', 'labs', 'deploy'];

/** What a zone is called, how it looks and what it has. `base` is what the person began with; it names the version. */
export function SettingsForm({ base, onBase }: { base: AdminZone; onBase: (zone: AdminZone) => void }) {
  const { t } = useTranslation('administration');
  const format = useFormat();
  const queries = useQueries();
  const reload = useReload();
  const before = draftOf(base);
  const [draft, setDraft] = useState<Draft>(before);
  const [locale, setLocale] = useState<Locale>('ko');
  const [theirs, setTheirs] = useState<AdminZone>();
  const { run, busy, problem, reset } = useChange((version: number, wanted: Draft) =>
    api('PATCH /api/v1/admin/zone', { body: { version, ...changesOf(draftOf(theirs ?? base), wanted) } }),
  );
  const changed = differing(before, draft);
  const begin = (zone: AdminZone) => {
    onBase(zone);
    setDraft(draftOf(zone));
    setTheirs(undefined);
    reset();
  };
  const change = (part: Partial<Draft>) => setDraft((current) => ({ ...current, ...part }));
  const write = (part: 'names' | 'taglines', value: string) => change({ [part]: { ...draft[part], [locale]: value } });

  async function save(from: AdminZone, wanted: Draft): Promise<void> {
    const saved = await run(from.version, wanted);
    if (saved === undefined) return;
    await finish(saved.answer);
  }
  async function finish(saved: AdminZone): Promise<void> {
    const earlier = draftOf(base);
    queries.setQueryData(endpointKey('GET /api/v1/admin/zone'), saved);
    begin(saved);
    await reload();
    const back = async () => {
      const undone = await api('PATCH /api/v1/admin/zone', {
        body: { version: saved.version, ...changesOf(draftOf(saved), earlier) },
      }).catch(() => undefined);
      if (undone === undefined) return toast({ text: t('settings.undo_failed'), urgent: true });
      queries.setQueryData(endpointKey('GET /api/v1/admin/zone'), undone);
      begin(undone);
      await reload();
    };
    toast({ text: t('saved'), timeout: 8_000, action: { label: t('undo'), run: () => void back() } });
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await save(base, draft);
  };
  // Someone was quicker: their version is fetched, so that the person sees what they would write over.
  const conflict = problem?.status === 409;
  const compare = async () => {
    const fresh = await queries.fetchQuery({
      queryKey: endpointKey('GET /api/v1/admin/zone'),
      queryFn: () => api('GET /api/v1/admin/zone'),
      staleTime: 0,
    });
    setTheirs(fresh);
  };
  const at = (part: 'names' | 'taglines', one: Locale) => problem?.field(`${part}.${one}`);
  const elsewhere = LOCALES.filter((one) => one !== locale && (at('names', one) ?? at('taglines', one)) !== undefined);
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      {conflict ? (
        <Conflict
          base={before}
          mine={draft}
          theirs={theirs}
          busy={busy}
          onCompare={compare}
          onMine={(zone) => void save(zone, rebase(before, draft, draftOf(zone)))}
          onTheirs={begin}
        />
      ) : (
        <Complaint problem={problem} />
      )}
      <section className={`card ${styles.section}`}>
        <h2>{t('settings.names')}</h2>
        <div className="row wrap">
          <Segments
            label={t('settings.languages')}
            value={locale}
            options={LOCALES.map((value) => ({ value, label: LOCALE_NAMES[value] }))}
            onChange={setLocale}
          />
          {elsewhere.length > 0 && (
            <span className={styles.wrong} role="status">
              {t('settings.needs_mending', { languages: format.list(elsewhere.map((one) => LOCALE_NAMES[one])) })}
            </span>
          )}
        </div>
        <div className={styles.pair} lang={locale}>
          <TextField
            label={t('settings.name')}
            value={draft.names[locale]}
            maxLength={60}
            onChange={(event) => write('names', event.target.value)}
            error={at('names', locale)}
          />
          <TextField
            label={t('settings.tagline')}
            value={draft.taglines[locale]}
            maxLength={120}
            onChange={(event) => write('taglines', event.target.value)}
            error={at('taglines', locale)}
          />
        </div>
      </section>
      <section className={`card ${styles.section}`}>
        <h2>{t('settings.colour')}</h2>
        <AccentEditor hue={draft.hue} onChange={(hue) => change({ hue })} />
        <ZonePreview zoneId={base.id} name={draft.names[locale]} tagline={draft.taglines[locale]} hue={draft.hue} />
      </section>
      <section className={`card ${styles.section}`}>
        <h2>{t('settings.features')}</h2>
        <p className="t13 mut">{t('settings.features_text')}</p>
        <div className={styles.features}>
          {FEATURES.map((feature) => (
            <Switch
              key={feature}
              label={
                <span className="col">
                  <b className="b6">{t(`feature.${feature}`)}</b>
                  <span className="t13 dim">{t(`feature_text.${feature}`)}</span>
                </span>
              }
              checked={draft.features.includes(feature)}
              onChange={(event) =>
                change({ features: FEATURES.filter((one) => (one === feature ? event.target.checked : draft.features.includes(one))) })
              }
            />
          ))}
        </div>
      </section>
      {changed.length > 0 && (
        <Suspense>
          <LeaveGuard when={!busy} />
        </Suspense>
      )}
      <div className={styles.bar} data-open={changed.length > 0 || undefined}>
        <span className="t13 mut grow" role="status">
          {changed.length > 0 ? t('settings.unsaved', { count: changed.length }) : ''}
        </span>
        <Button kind="quiet" disabled={changed.length === 0} onClick={() => setDraft(before)}>
          {t('discard')}
        </Button>
        <Button type="submit" kind="primary" busy={busy} disabled={changed.length === 0 || conflict}>
          {t('save')}
        </Button>
      </div>
    </form>
  );
}
