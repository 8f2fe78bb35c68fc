/** Something in a variant's folder that no script sees unless its header `# files:` names it. */
export interface FolderPart {
  /** A name in the folder; `*` stands for any letters. */
  readonly name: string;
  /** `not-counted`: the image is the same whatever is there. `in-plan`: it has a part of its own in the plan. */
  readonly role: 'not-counted' | 'in-plan';
  readonly why: string;
}

/**
 * What in a variant's folder no script sees, each with its reason. Everything else counts: scripts see it, and an edit of it
 * runs them again. docs/rebuilds.md has the same table.
 */
export const FOLDER_PARTS: readonly FolderPart[] = [
  { name: 'dist', role: 'not-counted', why: 'records of builds' },
  { name: 'node_modules', role: 'not-counted', why: 'what npm installs' },
  { name: 'tests', role: 'not-counted', why: "specs of the image's programs" },
  { name: 'boot-checks.yaml', role: 'not-counted', why: 'checks of the booted image' },
  { name: 'README*', role: 'not-counted', why: 'for people' },
  { name: 'CHANGELOG*', role: 'not-counted', why: 'for people' },
  { name: 'LICENSE*', role: 'not-counted', why: 'for people' },
  { name: 'package.json', role: 'not-counted', why: 'for npm and Nx' },
  { name: 'project.json', role: 'not-counted', why: 'for Nx' },
  { name: 'tsconfig*.json', role: 'not-counted', why: 'for TypeScript' },
  { name: '.*', role: 'not-counted', why: 'for git and editors' },
  { name: 'variant.yaml', role: 'in-plan', why: 'resolved' },
  { name: 'packages.yaml', role: 'in-plan', why: 'resolved; in the image at /usr/immutablue/packages' },
  { name: 'packages.lock.yaml', role: 'in-plan', why: 'resolved' },
  { name: 'artifacts', role: 'in-plan', why: 'override trees, copied by the build itself' },
  { name: 'deps', role: 'in-plan', why: 'what the dep-builder sees' },
];

const PATTERNS = FOLDER_PARTS.map(({ name }) => new RegExp(`^${name.replaceAll('.', '\\.').replaceAll('*', '.*')}$`));

/** Whether a path relative to a variant's folder is one that scripts see. */
export function isSeenByScripts(path: string): boolean {
  const [first = ''] = path.split('/');
  return !PATTERNS.some((pattern) => pattern.test(first));
}
