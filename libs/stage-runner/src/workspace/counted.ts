/**
 * What in a variant's folder no script sees, each with its reason: either it does not count for the image, or it has a part of its
 * own in the plan. Everything else counts: scripts see it, and an edit of it runs them again. docs/rebuilds.md has the same table.
 */
export const NOT_SEEN: readonly { readonly name: RegExp; readonly why: string }[] = [
  { name: /^dist$/, why: 'records of builds' },
  { name: /^node_modules$/, why: 'what npm installs' },
  { name: /^tests$/, why: "specs of the image's programs" },
  { name: /^boot-checks\.yaml$/, why: 'checks of the booted image' },
  { name: /^(README|CHANGELOG|LICENSE)(\.\w+)?$/, why: 'for people' },
  { name: /^(package|project|tsconfig(\.\w+)?)\.json$/, why: 'for npm, Nx and TypeScript' },
  { name: /^\.(git\w*|DS_Store|prettier\w*|eslint\w*|editorconfig)$/, why: 'for git and editors' },
  { name: /^variant\.yaml$/, why: 'resolved into the plan' },
  { name: /^packages\.yaml$/, why: 'resolved into the plan; in the image at /usr/immutablue/packages' },
  { name: /^packages\.lock\.yaml$/, why: 'resolved into the plan' },
  { name: /^artifacts$/, why: 'override trees: copied by the build itself' },
  { name: /^deps$/, why: 'the dep-builder sees it' },
];

/** Whether a path of a variant's folder is one that scripts see unless their header `# files:` says otherwise. */
export function isSeen(path: string): boolean {
  const [first = ''] = path.split('/');
  return !NOT_SEEN.some(({ name }) => name.test(first));
}
