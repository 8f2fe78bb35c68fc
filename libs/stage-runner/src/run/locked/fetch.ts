import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DiagnosticError, errorFrom, throwIfAny, type Diagnostic } from '@immutablue/diagnostics';
import { tryInContainer, type BindMount } from '@immutablue/oci';
import { nevra, upstreamProfile, type LockedPackage } from '@immutablue/variant';
import {
  curl,
  dnf,
  lockedRpmPath,
  lockedRpms,
  type BuildPlan,
  type LockedInstallation,
  type StepCommand,
} from '@immutablue/plan';
import { hostFolders, runStepCommand } from '../command';
import type { RunContext } from '../context';
import { explainCommand } from '../failure';
import { describeRpms } from './query';
import { checksumOf, isStored, putIntoStore, withScratch } from './store';

/** Where the package manager puts what it fetches. */
export const FETCH_MOUNT = '/run/immutablue/fetched';

/**
 * Brings those of `wanted` into the store that it does not have. Repositories are asked only when something is missing.
 *
 * @throws {DiagnosticError} `lock/package-gone` when it is nowhere any more, `build/wrong-checksum` when it is another file.
 */
export async function fetchLocked(
  context: RunContext,
  locked: LockedInstallation,
  wanted: readonly LockedPackage[],
  packageMounts: readonly BindMount[],
): Promise<void> {
  const store = lockedRpms(hostFolders(context));
  await withScratch(store, async (scratch) => {
    const missing: LockedPackage[] = [];
    for (const rpm of wanted) if (!(await isStored(store, rpm))) missing.push(rpm);
    if (missing.length === 0) return;
    context.emit({
      kind: 'notice',
      stage: context.stage,
      message: `fetching ${missing.length} of ${wanted.length} locked packages`,
    });
    const mount: BindMount = { source: scratch, target: FETCH_MOUNT, access: 'read-write' };
    const mounts = [...packageMounts, mount];
    for (const rpm of missing) {
      if (rpm.source.kind !== 'url') continue;
      await fetchUrl(context, { ...rpm.source, file: `${nevra(rpm)}.rpm`, mounts }, (notes) =>
        gone(rpm, locked, `\`${rpm.name}\` cannot be fetched from its address`, notes),
      );
    }
    const ofRepositories = missing.filter((rpm) => rpm.source.kind === 'repository');
    if (ofRepositories.length > 0) {
      // The others are named as files, so that the package manager looks for nothing in their place.
      const stored = wanted.filter((rpm) => !missing.includes(rpm)).map(lockedRpmPath);
      await download(context, locked, [...ofRepositories.map(nevra), ...stored], mount);
    }
    const found = await describeScratch(context, mount);
    const faults: Diagnostic[] = [];
    for (const rpm of missing) {
      const fetched = found.filter((file) => nevra(file) === nevra(rpm));
      const right = fetched.find((file) => file.checksum === rpm.checksum);
      if (right !== undefined) await putIntoStore(store, right.hostPath, rpm.checksum);
      else faults.push(fetched[0] === undefined ? gone(rpm, locked) : otherFile(rpm, fetched[0].checksum, locked));
    }
    throwIfAny(faults);
  });
}

/** The RPMs of a scratch directory that is mounted in the container, with their checksums. */
export async function describeScratch(context: RunContext, mount: BindMount) {
  const names = (await readdir(mount.source)).filter((name) => name.endsWith('.rpm')).sort();
  const files = await describeRpms(
    context,
    names.map((name) => `${mount.target}/${name}`),
    [mount],
  );
  const described = [];
  for (const [index, file] of files.entries()) {
    const hostPath = join(mount.source, names[index] ?? '');
    described.push({ ...file, hostPath, checksum: await checksumOf(hostPath) });
  }
  return described;
}

/** Fetches an RPM from its address with the image's own curl, to a file of that name in the scratch directory. */
export async function fetchUrl(
  context: RunContext,
  what: { readonly url: string; readonly file: string; readonly mounts: readonly BindMount[] },
  explain: (notes: readonly string[]) => Diagnostic,
): Promise<void> {
  const mapped = upstreamProfile(context.plan.upstream).mapRpmUrl(what.url);
  const { exitCode, tail } = await tryInContainer(
    {
      container: context.container,
      command: curl(mapped.startsWith('/') ? `file://${mapped}` : mapped, `${FETCH_MOUNT}/${what.file}`),
      mounts: what.mounts,
    },
    { signal: context.signal, proxies: 'passed' },
  );
  if (exitCode !== 0) throw new DiagnosticError(explain(tail.slice(-5)));
}

/** Has the package manager fetch what an installation of `words` needs, without installing it. */
export function fetchCommand(
  plan: BuildPlan,
  words: readonly string[],
  given: Pick<StepCommand, 'sees' | 'origin'>,
): StepCommand {
  const argv = dnf(
    plan.release,
    ...['--refresh', `--setopt=destdir=${FETCH_MOUNT}`, 'install', '--downloadonly'],
    ...words,
  );
  return { argv, environment: {}, proxies: 'passed', ...given };
}

async function download(
  context: RunContext,
  locked: LockedInstallation,
  words: readonly string[],
  mount: BindMount,
): Promise<void> {
  const { sees, requested: names } = locked;
  const command = fetchCommand(context.plan, words, {
    sees: [...sees, 'locked-rpms'],
    origin: { kind: 'names', names },
  });
  await runStepCommand(context, command, [mount], (output, result) => {
    const unknown = locked.packages.filter((rpm) =>
      output.some((line) => line.includes(`argument: ${nevra(rpm)}`) || line.endsWith(` match: ${nevra(rpm)}`)),
    );
    const where = { variant: context.plan.variant, stage: context.stage };
    return (
      errorFrom(unknown.map((rpm) => gone(rpm, locked))) ?? explainCommand(where, command.argv, names, output, result)
    );
  });
}

function gone(rpm: LockedPackage, locked: LockedInstallation, what?: string, notes?: readonly string[]): Diagnostic {
  return {
    code: 'lock/package-gone',
    message: what ?? `no repository has \`${nevra(rpm)}\` any more, which is locked`,
    location: rpm.location,
    ...(notes === undefined ? {} : { notes }),
    hint: `lock what the repositories have now: \`${locked.relock}\``,
  };
}

function otherFile(rpm: LockedPackage, found: string, locked: LockedInstallation): Diagnostic {
  return {
    code: 'build/wrong-checksum',
    message: `\`${nevra(rpm)}\` is another file than the one that was locked`,
    location: rpm.location,
    notes: [`expected: ${rpm.checksum}`, `found:    ${found}`],
    hint: `find out why before you lock it again: \`${locked.relock}\``,
  };
}
