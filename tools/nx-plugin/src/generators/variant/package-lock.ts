import * as z from 'zod';

/** The part of a package-lock.json that names packages: https://docs.npmjs.com/cli/configuring-npm/package-lock-json */
const lockSchema = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(z.string(), z.unknown()),
});

/** What npm records of a package.json. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * The lock file with one more package of the workspace, as `npm install` would write it: `npm ci` refuses a lock file that
 * does not name it. Nothing else changes, and nothing is fetched: the package depends on others of the workspace alone.
 *
 * @param root the package's folder, relative to the workspace's.
 * @returns undefined when the lock file is of another format, such as that of older versions of npm.
 */
export function withPackage(lock: object, root: string, manifest: Manifest): object | undefined {
  const parsed = lockSchema.safeParse(lock);
  if (!parsed.success) return undefined;
  const { name, version, license, dependencies } = manifest;
  const packages: Record<string, unknown> = {
    ...parsed.data.packages,
    // JSON leaves out what is undefined.
    [root]: { name, version, license, dependencies },
    [`node_modules/${name}`]: { resolved: root, link: true },
  };
  const sorted = Object.entries(packages).toSorted(([left], [right]) => left.localeCompare(right, 'en'));
  // The keys stay in npm's order.
  return { ...lock, packages: Object.fromEntries(sorted) };
}
