import { useState } from 'react';
import { ApiProblem } from './problem.ts';

export interface Change<Input extends readonly unknown[], Answer> {
  /** The answer, wrapped because an answer may be nothing; undefined when it was refused, and then `problem` says why. */
  readonly run: (...input: Input) => Promise<{ readonly answer: Answer } | undefined>;
  readonly busy: boolean;
  readonly problem: ApiProblem | undefined;
  /** Forgets the refusal: a dialog is opened again, another thing is meant. */
  readonly reset: () => void;
}

/** One change of a form: whether it is under way and how it was refused. What was typed stays with the form. */
export function useChange<Input extends readonly unknown[], Answer>(change: (...input: Input) => Promise<Answer>): Change<Input, Answer> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();
  return {
    busy,
    problem,
    reset: () => setProblem(undefined),
    run: async (...input) => {
      setBusy(true);
      setProblem(undefined);
      try {
        return { answer: await change(...input) };
      } catch (error) {
        if (!(error instanceof ApiProblem)) throw error;
        setProblem(error);
        return undefined;
      } finally {
        setBusy(false);
      }
    },
  };
}
