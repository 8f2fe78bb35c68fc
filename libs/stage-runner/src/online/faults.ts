import { renderLocation, type Diagnostic, type DiagnosticError } from '@immutablue/diagnostics';
import { hostOf, type Address } from './address';
import type { Answer } from './curl';

/** An address that is not there, and what was said of it. */
export interface Unanswered {
  readonly address: Address;
  readonly answer: Exclude<Answer, { readonly kind: 'there' }>;
}

/** Why a package that was not found may be there all the same. */
export interface Doubt {
  /** `certain`: what would have it is gone, so that the build fails anyhow. */
  readonly kind: 'certain' | 'open';
  readonly text: string;
}

/** What is gone has nothing any more; what gives no answer may have anything. */
export function doubtOf(text: string, lost: readonly Unanswered[]): Doubt {
  return { kind: lost.length > 0 && lost.every(({ answer }) => answer.kind === 'gone') ? 'certain' : 'open', text };
}

/** What an error says first. */
export function firstMessage({ diagnostics }: DiagnosticError): string {
  return diagnostics[0].message;
}

/** One diagnostic for each address that is gone or refused, and one for each host that cannot be reached. Pure. */
export function addressFaults(unanswered: readonly Unanswered[], root: string): Diagnostic[] {
  const unreachable = unanswered.filter(({ answer }) => answer.kind === 'unreachable');
  return [
    ...unanswered.flatMap((one) => (one.answer.kind === 'unreachable' ? [] : [fault(one, one.answer.kind)])),
    ...[...new Set(unreachable.map(({ address }) => hostOf(address.url)))].map((host) =>
      hostFault(
        host,
        unreachable.filter(({ address }) => hostOf(address.url) === host),
        root,
      ),
    ),
  ];
}

function fault({ address: { url, what, location, secret }, answer: { said } }: Unanswered, kind: 'gone' | 'refused') {
  const code = `online/${kind}` as const;
  if (kind === 'gone') {
    return { code, message: `${what} is gone: nothing is at \`${url}\``, location, notes: [said], hint: GONE_HINT };
  }
  const hint =
    secret === undefined
      ? 'a repository can name the secret that holds its credentials: docs/secrets.md'
      : `give the secret \`${secret}\`, or another value: IMMUTABLUE_SECRET_<NAME>, or \`--secret ${secret}=<path>\``;
  return { code, message: `${what} is refused: \`${url}\``, location, notes: [said], hint };
}

const GONE_HINT = 'look for the address that it has now; a build fails with this one';

function hostFault(host: string, ones: readonly Unanswered[], root: string): Diagnostic {
  const [first] = ones;
  const said = [...new Set(ones.map(({ answer }) => answer.said))];
  return {
    code: 'online/unreachable',
    message: `\`${host}\` cannot be reached: nothing is known of what it has`,
    ...(first === undefined ? {} : { location: first.address.location }),
    notes: [...said, ...ones.map(({ address }) => `${address.url}  ${renderLocation(address.location, root)}`)],
    hint: 'is there a network, and a proxy that it needs? Try again later, or check the name of the host',
  };
}
