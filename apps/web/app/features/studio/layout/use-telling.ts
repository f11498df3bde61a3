import { ApiProblem } from '../../../api/problem.ts';
import { useRefusal } from '../../../ui/complaint.tsx';
import { toast } from '../../../ui/toast.ts';

/** Runs a change that has no form of its own: a refusal is said at the edge of the page. Answers whether it was done. */
export function useTelling(): (work: () => Promise<unknown>) => Promise<boolean> {
  const refusal = useRefusal();
  return async (work) => {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      toast({ text: refusal(error), urgent: true });
      return false;
    }
  };
}
