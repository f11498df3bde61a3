import { type FormEvent, useEffect, useState } from 'react';
import { api } from '../../../api/browser.ts';
import { useChange } from '../../../api/use-change.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button } from '../../../ui/button.tsx';
import { Complaint } from '../../../ui/complaint.tsx';
import { Dialog, DialogClose } from '../../../ui/dialog.tsx';
import { Field, TextField } from '../../../ui/field.tsx';
import { SelectField } from '../../../ui/select.tsx';
import type { Playlist } from './playlist-cards.tsx';

const VISIBILITIES = ['private', 'unlisted', 'public'] as const;
const TITLE_LENGTH = 100;

interface PlaylistDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The one to change; without it a new one is made. */
  playlist?: Playlist;
  onDone: (playlist: Playlist) => void;
}

/** Makes a playlist, or changes what is said about one. */
export default function PlaylistDialog({ open, onOpenChange, playlist, onDone }: PlaylistDialogProps) {
  const { t } = useTranslation('watch');
  const [title, setTitle] = useState('');
  const [description, setDescription] = useState('');
  const [visibility, setVisibility] = useState<(typeof VISIBILITIES)[number]>('private');
  const save = useChange(() => {
    const body = { title: title.trim(), description, visibility };
    return playlist === undefined
      ? api('POST /api/v1/playlists', { body })
      : api('PATCH /api/v1/playlists/:playlistId', { params: { playlistId: playlist.id }, body });
  });
  const { reset } = save;
  // biome-ignore lint/correctness/useExhaustiveDependencies: filled in when it is opened
  useEffect(() => {
    if (!open) return;
    setTitle(playlist?.title ?? '');
    setDescription(playlist?.description ?? '');
    setVisibility(playlist?.visibility ?? 'private');
    reset();
  }, [open]);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    const saved = await save.run();
    if (saved === undefined) return;
    onOpenChange(false);
    onDone(saved.answer);
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={playlist === undefined ? t('playlist.make') : t('playlist.edit')}>
      <form onSubmit={(event) => void send(event)} className="col" style={{ gap: 16 }}>
        <Complaint problem={save.problem} />
        <TextField
          label={t('playlist.title')}
          value={title}
          maxLength={TITLE_LENGTH}
          required
          autoFocus
          error={save.problem?.field('title')}
          onChange={(event) => setTitle(event.target.value)}
        />
        <Field label={t('playlist.description')} error={save.problem?.field('description')}>
          {(control) => (
            <textarea
              className="in"
              rows={3}
              maxLength={2000}
              value={description}
              {...control}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
        <SelectField
          label={t('playlist.visibility')}
          value={visibility}
          options={VISIBILITIES.map((value) => ({ value, label: t(`visibility.${value}`) }))}
          onChange={setVisibility}
        />
        <div className="dialog-actions" style={{ marginTop: 8 }}>
          <DialogClose render={<Button>{t('cancel')}</Button>} />
          <Button type="submit" kind="primary" busy={save.busy} disabled={title.trim() === ''}>
            {playlist === undefined ? t('playlist.make_it') : t('save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
