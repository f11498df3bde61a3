import { type FieldProblem, fail } from '@madang/kernel';
import { identityErrors } from './identity-errors.ts';

const RULES: readonly { code: string; message: string; met: (password: string, emailName: string) => boolean }[] = [
  { code: 'too_short', message: 'at least 8 characters', met: (password) => [...password].length >= 8 },
  { code: 'too_long', message: 'at most 200 characters', met: (password) => password.length <= 200 },
  { code: 'no_upper', message: 'an upper-case letter', met: (password) => /\p{Lu}/u.test(password) },
  { code: 'no_lower', message: 'a lower-case letter', met: (password) => /\p{Ll}/u.test(password) },
  { code: 'no_digit', message: 'a digit', met: (password) => /\p{Nd}/u.test(password) },
  { code: 'no_symbol', message: 'a symbol', met: (password) => /[^\p{L}\p{N}\s]/u.test(password) },
  {
    code: 'contains_email',
    message: 'not the name of the e-mail address',
    // Names of one or two letters are inside too many good passwords to mean anything.
    met: (password, emailName) => emailName.length < 3 || !password.toLowerCase().includes(emailName),
  },
];

/** Codes of the rules a password does not meet; empty when it is accepted. `email` is already in lower case. */
export function unmetPasswordRules(password: string, email: string): readonly FieldProblem[] {
  const emailName = email.slice(0, email.lastIndexOf('@'));
  return RULES.filter((rule) => !rule.met(password, emailName)).map(({ code, message }) => ({ path: 'body.password', code, message }));
}

/** Throws `identity.weak_password` naming every rule that is not met. */
export function requireStrongPassword(password: string, email: string, path = 'body.password'): void {
  const unmet = unmetPasswordRules(password, email);
  if (unmet.length > 0) fail(identityErrors.weak_password, { fields: unmet.map((problem) => ({ ...problem, path })) });
}
