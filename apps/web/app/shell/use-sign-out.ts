import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, session } from '../api/browser.ts';
import { toast } from '../ui/toast.ts';
import { useReload } from './page.ts';

/** Ends the session everywhere it is open in this browser, and shows the zone's home to no one in particular. */
export function useSignOut(): () => Promise<void> {
  const { t } = useTranslation('shell');
  const navigate = useNavigate();
  const reload = useReload();
  const queries = useQueryClient();
  return async () => {
    try {
      await api('POST /api/v1/auth/logout');
    } catch {
      toast({ text: t('sign_out_failed'), urgent: true });
      return;
    }
    session().end();
    queries.clear();
    await navigate('/');
    await reload();
  };
}
