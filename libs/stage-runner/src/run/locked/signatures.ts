import { throwIfAny } from '@immutablue/diagnostics';
import { runInContainer, tryInContainer, type BindMount } from '@immutablue/oci';
import { nevra, type LockSelection, type PackageVersion } from '@immutablue/variant';
import type { RunContext } from '../context';
import { parseDefinition } from '../repository-definition';

/** An RPM of a repository whose signature is to be checked. */
export interface SignedRpm extends PackageVersion {
  /** Its path in the container. */
  readonly path: string;
  readonly repository: string;
}

type Context = Pick<RunContext, 'container' | 'signal'> & { readonly plan: LockSelection };

/**
 * Makes sure that each RPM has a signature of a key that the root filesystem trusts. The keys of the repositories that they
 * are from become trusted on the way, as the package manager would have it.
 *
 * @throws {DiagnosticError} `build/not-signed` for each that has none.
 */
export async function requireSigned(
  context: Context,
  rpms: readonly SignedRpm[],
  mounts: readonly BindMount[],
): Promise<void> {
  const unsure = await withoutSignature(context, rpms, mounts);
  if (unsure.length === 0) return;
  const definitions = await repositoryKeys(context);
  for (const repository of new Set(unsure.map((rpm) => rpm.repository))) {
    for (const key of definitions.get(repository) ?? []) {
      await runInContainer(
        { container: context.container, command: ['rpmkeys', '--import', key], mounts },
        // A key is an address.
        { signal: context.signal, proxies: 'passed' },
      );
    }
  }
  const unsigned = await withoutSignature(context, unsure, mounts);
  throwIfAny(
    unsigned.map((rpm) => ({
      code: 'build/not-signed',
      message: `the package \`${nevra(rpm)}\` is not signed with a key of its repository \`${rpm.repository}\``,
      hint: 'the repository definition names the key as `gpgkey=`; an unsigned package is never installed',
    })),
  );
}

/** rpmkeys says `<path>: digests signatures OK`, and without a signature `<path>: digests OK`, which is no failure to it. */
async function withoutSignature(
  context: Context,
  rpms: readonly SignedRpm[],
  mounts: readonly BindMount[],
): Promise<readonly SignedRpm[]> {
  if (rpms.length === 0) return [];
  const { stdout } = await tryInContainer(
    { container: context.container, command: ['rpmkeys', '--checksig', ...rpms.map(({ path }) => path)], mounts },
    { signal: context.signal },
  );
  const good = new Set(stdout.split('\n').flatMap((line) => /^(.+): digests signatures OK$/.exec(line)?.[1] ?? []));
  return rpms.filter(({ path }) => !good.has(path));
}

async function repositoryKeys(context: Context): Promise<ReadonlyMap<string, readonly string[]>> {
  const command = ['find', '/etc/yum.repos.d', '-name', '*.repo', '-exec', 'cat', '{}', '+'];
  const { stdout } = await runInContainer({ container: context.container, command }, { signal: context.signal });
  return keysOf(stdout, context.plan);
}

/** The addresses of the keys of each repository, by its ID, from definitions in the INI format of dnf.conf(5). */
export function keysOf(
  definitions: string,
  selection: Pick<LockSelection, 'release' | 'architecture'>,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    parseDefinition(definitions, selection).flatMap(({ id, settings }) => {
      const keys = settings.get('gpgkey');
      return keys === undefined ? [] : [[id, keys.map(({ text }) => text)]];
    }),
  );
}
