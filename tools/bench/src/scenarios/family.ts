import type { BenchWorkspace } from '../bench-workspace';
import type { Comparison } from './compare';
import { commitOfSameBytes, START_UP_OF_NX } from './floors';

const BASE = 'packages/base';
const CYAN = 'packages/cyan';

/** Packages of the lab that neither base nor cyan installs. */
const PACKAGES = [
  'age',
  'glances',
  'helm',
  'rclone',
  'smartmontools',
  'samba',
  'cockpit',
  'cri-o',
  'samba-client',
] as const;

/** The package of a repetition; each list takes them from its own end, so that no two edits add the same. */
function packageOf(repetition: number, from: 'start' | 'end'): string {
  const index = from === 'start' ? repetition - 1 : PACKAGES.length - repetition;
  return PACKAGES[((index % PACKAGES.length) + PACKAGES.length) % PACKAGES.length] ?? PACKAGES[0];
}

function addPackage(workspace: BenchWorkspace, variant: string, name: string): Promise<void> {
  return workspace.replace(`${variant}/packages.yaml`, '  rpm:\n    all:\n', `  rpm:\n    all:\n      - ${name}\n`);
}

/** What is built again; who keeps nothing builds as in the first scenario, whatever was edited. */
const REBUILD = { contenders: ['ours', 'layers'], start: 'all built' } as const;

/** The scenarios on the real family. */
export const FAMILY_SCENARIOS: readonly Comparison[] = [
  {
    name: 'cold-family',
    title: 'cold family',
    contenders: ['ours', 'layers', 'single-run'],
    scope: 'family',
    start: 'nothing built',
    floor: commitOfSameBytes,
  },
  {
    name: 'no-op',
    title: 'no-op of the family',
    ...REBUILD,
    scope: 'family',
    beside: START_UP_OF_NX,
  },
  {
    name: 'comment',
    title: 'comment edited in base',
    ...REBUILD,
    scope: 'family',
    edit: (workspace, repetition) => workspace.append(`${BASE}/packages.yaml`, `# comment ${repetition}\n`),
    beside: START_UP_OF_NX,
  },
  {
    name: 'override-cyan',
    title: 'override edited in cyan',
    ...REBUILD,
    scope: { variant: 'cyan' },
    edit: (workspace, repetition) =>
      workspace.append(`${CYAN}/artifacts/overrides/etc/modprobe.d/immutablue-nvidia.conf`, `# edit ${repetition}\n`),
    floor: commitOfSameBytes,
  },
  {
    name: 'override-base',
    title: 'override edited in base, family rebuilt',
    ...REBUILD,
    scope: 'family',
    edit: (workspace, repetition) =>
      workspace.append(`${BASE}/artifacts/overrides/usr/lib/motd.d/10-immutablue`, `edit ${repetition}\n`),
    floor: commitOfSameBytes,
  },
  {
    name: 'package-cyan',
    title: 'package added to cyan',
    ...REBUILD,
    scope: { variant: 'cyan' },
    edit: (workspace, repetition) => addPackage(workspace, CYAN, packageOf(repetition, 'start')),
    floor: commitOfSameBytes,
  },
  {
    name: 'parent-bump',
    title: 'package added to base, siblings rebuilt',
    ...REBUILD,
    scope: 'family',
    edit: (workspace, repetition) => addPackage(workspace, BASE, packageOf(repetition, 'end')),
    floor: commitOfSameBytes,
  },
  {
    name: 'resume',
    title: 'failed at 60, put right, resumed',
    ...REBUILD,
    scope: { variant: 'cyan' },
    // The package has the package stages run in the build that fails; only what comes after them is left to do then.
    breakBuild: async (workspace, repetition) => {
      await addPackage(workspace, CYAN, packageOf(repetition, 'start'));
      await workspace.append(`${CYAN}/packages.yaml`, MISSING_QUADLET);
    },
    edit: (workspace) => workspace.replace(`${CYAN}/packages.yaml`, MISSING_QUADLET, ''),
    floor: commitOfSameBytes,
  },
];

/** Not a service: the lab makes a stand-in for each that packages.yaml names. */
const MISSING_QUADLET = '\n  quadlets_enable_sys:\n    all:\n      - there-is-no-such.container\n';
