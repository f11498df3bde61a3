import { useEffect, useState } from 'react';
import { api } from '../../../api/browser.ts';
import type { Output } from '../../../api/endpoints.ts';
import { useTranslation } from '../../../i18n/use-translation.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { useRefusal } from '../../../ui/complaint.tsx';
import { toast } from '../../../ui/toast.ts';
import { useSomeone } from '../sign-in-path.ts';

export type Channel = Output<'GET /api/v1/channels/:channelId'>;

interface SubscribeButtonProps {
  channel: Channel;
  onChange: (channel: Channel) => void;
}

/** Subscribe at once, and whether the bell rings for new videos. What was refused goes back to how it was. */
export function SubscribeButton({ channel, onChange }: SubscribeButtonProps) {
  const { t } = useTranslation('watch');
  const refusal = useRefusal();
  const someone = useSomeone();
  const [meant, setMeant] = useState<{ subscribed: boolean; notify: boolean }>();
  const { subscribed, notify } = meant ?? channel;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the server says replaces what was meant
  useEffect(() => setMeant(undefined), [channel.subscribed, channel.notify]);
  if (channel.mine) return null;

  const change = async (next: { subscribed: boolean; notify: boolean }) => {
    setMeant(next);
    const params = { channelId: channel.id };
    try {
      await someone();
      onChange(
        next.subscribed
          ? await api('PUT /api/v1/channels/:channelId/subscription', { params, body: { notify: next.notify } })
          : await api('DELETE /api/v1/channels/:channelId/subscription', { params }),
      );
    } catch (error) {
      setMeant(undefined);
      toast({ text: refusal(error), urgent: true });
    }
  };
  const unsubscribe = async () => {
    await change({ subscribed: false, notify: false });
    toast({
      text: t('channel.unsubscribed', { name: channel.name }),
      action: { label: t('undo'), run: () => void change({ subscribed: true, notify }) },
    });
  };
  if (!subscribed)
    return (
      <Button kind="primary" onClick={() => void change({ subscribed: true, notify: true })}>
        {t('channel.subscribe')}
      </Button>
    );
  return (
    <span className="row" style={{ gap: 4 }}>
      <Button aria-pressed onClick={() => void unsubscribe()}>
        {t('channel.subscribed')}
      </Button>
      <IconButton
        icon={notify ? 'bell' : 'bell-off'}
        label={notify ? t('channel.notify_on') : t('channel.notify_off')}
        aria-pressed={notify}
        onClick={() => void change({ subscribed: true, notify: !notify })}
      />
    </span>
  );
}
