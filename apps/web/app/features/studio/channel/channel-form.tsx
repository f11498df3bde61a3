import type { Channel } from '@madang/video/contract';
import { type FormEvent, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { useQueries } from '../../../api/queries.ts';
import { useChange } from '../../../api/use-change.ts';
import { endpointKey } from '../../../api/use-endpoint.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button } from '../../../ui/button.tsx';
import { Complaint } from '../../../ui/complaint.tsx';
import { TextField } from '../../../ui/field.tsx';
import { toast } from '../../../ui/toast.ts';
import layout from '../layout/studio.module.css';
import { TextArea } from '../video/text-area.tsx';

const HANDLE = /^[\p{L}\p{N}][\p{L}\p{N}._-]{2,29}$/u;

/** Makes the channel, or changes it. Not by itself: an address that changes with every key would be nobody's. */
export function ChannelForm({ channel }: { channel: Channel | undefined }) {
  const { t } = useTranslation('studioPages');
  const queries = useQueries();
  const [name, setName] = useState(channel?.name ?? '');
  const [handle, setHandle] = useState(channel?.handle ?? '');
  const [description, setDescription] = useState(channel?.description ?? '');
  const [wrong, setWrong] = useState(false);
  const { run, busy, problem } = useChange((body: { name: string; handle?: string; description: string }) =>
    channel === undefined
      ? api('POST /api/v1/channels', { body })
      : api('PATCH /api/v1/channels/:channelId', { params: { channelId: channel.id }, body }),
  );
  const changed = channel === undefined || name !== channel.name || handle !== channel.handle || description !== channel.description;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const tidy = handle.trim().replace(/^@/, '');
    const bad = tidy === '' ? channel !== undefined : !HANDLE.test(tidy);
    setWrong(bad);
    if (bad || name.trim() === '') return;
    const done = await run({ name: name.trim(), description, ...(tidy !== '' && tidy !== channel?.handle && { handle: tidy }) });
    if (done === undefined) return;
    setName(done.answer.name);
    setHandle(done.answer.handle);
    queries.setQueryData(endpointKey('GET /api/v1/channels/mine'), done.answer);
    toast({ text: t(channel === undefined ? 'channel.made' : 'channel.saved') });
  };
  const taken = problem?.code === 'video.handle_taken';
  return (
    <form className={layout.form} style={{ marginTop: 16 }} onSubmit={(event) => void submit(event)} noValidate>
      {!taken && <Complaint problem={problem} />}
      <TextField
        label={t('channel.name')}
        value={name}
        maxLength={60}
        required
        autoComplete="off"
        error={name.trim() === '' && changed && channel !== undefined ? t('channel.name_needed') : problem?.field('name')}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={t('channel.handle')}
        value={handle}
        maxLength={31}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        help={t(channel === undefined ? 'channel.handle_later' : 'channel.handle_help')}
        error={wrong ? t('channel.handle_wrong') : taken ? problem.message : problem?.field('handle')}
        onChange={(event) => {
          setHandle(event.target.value);
          setWrong(false);
        }}
      />
      <TextArea label={t('channel.description')} rows={5} value={description} maxLength={2000} onText={setDescription} />
      <div>
        <Button type="submit" kind="primary" busy={busy} disabled={!changed || name.trim() === ''}>
          {t(channel === undefined ? 'channel.make_do' : 'save.do')}
        </Button>
      </div>
    </form>
  );
}
