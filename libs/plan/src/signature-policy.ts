import { DiagnosticError, type Diagnostic } from '@immutablue/diagnostics';
import type { EffectiveEntry } from '@immutablue/overrides';
import * as z from 'zod';

/** Which signatures a host asks for: containers-policy.json(5). */
export const POLICY = '/etc/containers/policy.json';

/** The public key in an image by which hosts check images of this registry and namespace. */
export function publicKeyPath(registry: string): string {
  return `/etc/pki/containers/${fileName(registry)}.pub`;
}

/** What tells hosts where signatures of images in this registry and namespace are: containers-registries.d(5). */
export function registriesPath(registry: string): string {
  return `/etc/containers/registries.d/${fileName(registry)}.yaml`;
}

/** The content of {@link registriesPath}: signatures are in the registry, under a tag beside the image. */
export function registriesFile(registry: string): string {
  return `docker:\n  ${JSON.stringify(registry)}:\n    use-sigstore-attachments: true\n`;
}

/** Two namespaces of one registry, an upstream family's and one's own, have files of their own. */
function fileName(registry: string): string {
  return registry.replaceAll(/[/:]/g, '-');
}

const requirements = z.array(z.looseObject({ type: z.string() })).min(1);

const policySchema = z.looseObject({
  default: requirements,
  transports: z.record(z.string(), z.record(z.string(), requirements)).default({}),
});

type Policy = z.output<typeof policySchema>;

const ACCEPT: Policy['default'] = [{ type: 'insecureAcceptAnything' }];
const REJECT: Policy['default'] = [{ type: 'reject' }];

/** https://github.com/containers/image/blob/main/docs/containers-transports.5.md */
const TRANSPORTS = [
  'atomic',
  'containers-storage',
  'dir',
  'docker',
  'docker-archive',
  'docker-daemon',
  'oci',
  'oci-archive',
  'ostree',
  'sif',
  'tarball',
];

/**
 * A policy by which a host takes images of a registry and namespace only when the key has signed them; what it says of others
 * stays. A policy that takes everything by default says so for each transport instead: with that default, bootc and rpm-ostree
 * check no signature at all (`ostree-image-signed:` and `--enforce-container-sigpolicy` refuse to work). Pure.
 *
 * @param text the policy as it is; undefined when there is none, which is one that takes everything.
 * @throws {DiagnosticError} `build/wrong-policy` when `text` is no policy.
 */
export function withSignedRegistry(text: string | undefined, registry: string, keyPath: string): string {
  const policy = text === undefined ? { default: ACCEPT, transports: {} } : parsePolicy(text);
  const { transports, ...rest } = rejectingByDefault(policy);
  const signed = [{ type: 'sigstoreSigned', keyPath, signedIdentity: { type: 'matchRepository' } }];
  const changed = { ...rest, transports: { ...transports, docker: { ...transports['docker'], [registry]: signed } } };
  return `${JSON.stringify(changed, undefined, 4)}\n`;
}

/**
 * Whether a host with this policy asks for a signature of what it takes from a repository of a registry: what counts is what the policy
 * says of the longest part of its name. Pure.
 *
 * @param text the policy; undefined when there is none.
 * @throws {DiagnosticError} `build/wrong-policy`.
 */
export function asksForSignature(text: string | undefined, repository: string): boolean {
  if (text === undefined) return false;
  const { default: otherwise, transports } = parsePolicy(text);
  const scopes = transports['docker'] ?? {};
  const parts = repository.split('/');
  const names = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
  const scope = [...names, ''].find((name) => name in scopes);
  const asked = scope === undefined ? otherwise : (scopes[scope] ?? otherwise);
  return asked.some(({ type }) => type === 'sigstoreSigned');
}

function rejectingByDefault(policy: Policy): Policy {
  const [first, ...others] = policy.default;
  if (first?.type !== 'insecureAcceptAnything' || others.length > 0) return policy;
  const transports = { ...policy.transports };
  for (const name of TRANSPORTS) transports[name] = { '': ACCEPT, ...transports[name] };
  return { ...policy, default: REJECT, transports };
}

function parsePolicy(text: string): Policy {
  try {
    return policySchema.parse(JSON.parse(text));
  } catch (error) {
    throw new DiagnosticError(
      {
        code: 'build/wrong-policy',
        message: `\`${POLICY}\` of the image is not a policy: hosts could pull nothing, and no signature can be asked for`,
        hint: 'see containers-policy.json(5): an object with `default`, and requirements by transport and scope',
      },
      { cause: error },
    );
  }
}

/** `override/forbidden-path` for each override in the place of a file that the build writes for hosts to ask for signatures. Pure. */
export function checkSignaturePlaces(entries: readonly EffectiveEntry[], registry: string): Diagnostic[] {
  const written: readonly string[] = [POLICY, publicKeyPath(registry), registriesPath(registry)];
  return entries
    .filter(({ path }) => written.includes(path))
    .map(({ path, source }) => ({
      code: 'override/forbidden-path',
      message: `\`${path}\` is written by the build: \`signing\` in nx.json asks for signatures of \`${registry}\``,
      location: { file: source, line: 1, column: 1 },
      hint: 'a script build/90-post.sh can change it; without `signing` it is yours alone',
    }));
}
