import type { Member } from '@madang/identity/contract';
import { api } from '../../api/browser.ts';
import { useQueries } from '../../api/queries.ts';
import { endpointKey } from '../../api/use-endpoint.ts';
import { useTranslation } from '../../i18n/use-translation.ts';
import { useRefusal } from '../../ui/complaint.tsx';
import { toast } from '../../ui/toast.ts';
import { type MemberChange, wayBack } from './way-back.ts';

const changeMember = (userId: string, body: MemberChange): Promise<Member> =>
  api('PATCH /api/v1/admin/members/:userId', { params: { userId }, body });

/** Changes members one after the other and says so with a way back. What was refused is said, what was done stays done. */
export function useMemberChanges() {
  const { t } = useTranslation('administration');
  const refusal = useRefusal();
  const queries = useQueries();

  async function apply(steps: readonly { member: Member; change: MemberChange }[]): Promise<Member[]> {
    const done: Member[] = [];
    try {
      for (const { member, change } of steps) {
        await changeMember(member.id, change);
        done.push(member);
      }
    } catch (error) {
      toast({ text: refusal(error), urgent: true });
    }
    await Promise.all([
      queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/admin/members') }),
      queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/admin/organizations') }),
      queries.invalidateQueries({ queryKey: endpointKey('GET /api/v1/admin/audit-logs') }),
    ]);
    return done;
  }

  /** True when all of them were changed. `said` is what the toast says. */
  return async (members: readonly Member[], change: MemberChange, said: string): Promise<boolean> => {
    const done = await apply(members.map((member) => ({ member, change })));
    if (done.length === 0) return false;
    const back = done.map((member) => ({ member, change: wayBack(member, change) }));
    toast({ text: said, timeout: 8_000, action: { label: t('undo'), run: () => void apply(back) } });
    return done.length === members.length;
  };
}
