import type { Entry } from '@immutablue/variant';
import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { stepsOf } from '../../plan-steps';
import { withoutPackage } from '../../rpm';

/** What a build wants of a package at last. */
interface WantedPackage {
  readonly entry: Entry<string>;
  readonly state: 'installed' | 'removed';
}

export const packages: PlanCheck = {
  kind: 'plan',
  name: 'packages',
  title: 'packages are installed and removed as asked',
  run: async (context) => {
    const wanted = new Map<string, WantedPackage>();
    for (const { packages: entries } of stepsOf(context.plan, 'install')) {
      for (const entry of entries) wanted.set(entry.value, { entry, state: 'installed' });
    }
    for (const { packages: entries } of stepsOf(context.plan, 'uninstall')) {
      for (const entry of entries) wanted.set(entry.value, { entry, state: 'removed' });
    }
    const candidates = new Map([...wanted.keys()].map((name) => [name, candidatesFor(name)]));
    const absent = await withoutPackage(context, '--whatprovides', [...new Set([...candidates.values()].flat())]);
    return [...wanted].flatMap(([name, { entry, state }]): Finding[] => {
      const isInstalled = candidates.get(name)?.some((candidate) => !absent.has(candidate)) ?? false;
      if (isInstalled === (state === 'installed')) return [];
      const message = `the package \`${name}\` is ${isInstalled ? 'still' : 'not'} installed`;
      return [{ message, location: entry.location }];
    });
  },
};

/**
 * What rpm may know a package by that was asked for like this. The file of an RPM is called `<name>-<version>-<release>.<arch>.rpm`;
 * what is downloaded under a shorter name often has no release in it.
 */
export function candidatesFor(name: string): readonly string[] {
  if (!name.endsWith('.rpm')) return [name];
  const file = name.slice(name.lastIndexOf('/') + 1).replace(/(?:\.(?:noarch|x86_64|aarch64))?\.rpm$/, '');
  const withoutRelease = file.replace(/-[^-]*$/, '');
  return [...new Set([file, withoutRelease, withoutRelease.replace(/-\d[^-]*$/, '')])];
}
