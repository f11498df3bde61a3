import { useNavigate } from 'react-router';
import { api, session } from '../api/browser.ts';
import { useTranslation } from '../i18n/use-translation.ts';
import { toast } from '../ui/toast.ts';
import { useReload } from './page.ts';

/** Ends the session everywhere it is open in this browser, and shows the zone's home to no one in particular. */
export function useSignOut(): () => Promise<void> {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const reload = useReload();
  return async () => {
    try {
      await api('POST /api/v1/auth/logout');
    } catch {
      toast({ text: t('sign_out_failed'), urgent: true });
      return;
    }
    session().end();
    await navigate('/');
    await reload();
  };
}
