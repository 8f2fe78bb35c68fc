import { MEMBERS, SECRET, TREES, type FamilyState, type Member, type OverrideNode, type ScriptText } from './family';
import { pinOf } from './sources';

/** A path below the folder of the variants, with what stands there. */
export interface FamilyFile {
  readonly path: string;
  readonly node: OverrideNode;
}

/** The upstream image of the family as variant.yaml names it. */
export const SMALL = 'quay.io/e2e/small';

/** All files of a family, sorted by path. Pure. */
export function familyFiles(state: FamilyState): FamilyFile[] {
  return MEMBERS.flatMap((name) =>
    memberFiles(name, state.members[name]).map(({ path, node }) => ({ path: `${name}/${path}`, node })),
  ).sort((left, right) => (left.path < right.path ? -1 : 1));
}

function memberFiles(name: string, member: Member): FamilyFile[] {
  return [
    { path: 'variant.yaml', node: text(variantYaml(name, member)) },
    { path: 'packages.yaml', node: text(packagesYaml(member)) },
    ...Object.entries(member.scripts).map(([script, content]) => ({
      path: `build/${script}`,
      node: text(withHeader(content)),
    })),
    ...(member.depBuilder === undefined ? [] : depBuilderFiles(member.depBuilder, member.made)),
    ...Object.entries(member.files).map(([file, content]) => ({ path: `files/${file}`, node: text(content) })),
    ...TREES.flatMap((tree) =>
      Object.entries(member.overrides[tree]).map(([path, node]) => ({ path: `artifacts/${tree}${path}`, node })),
    ),
  ];
}

function depBuilderFiles(containerfile: ScriptText, made: Member['made']): FamilyFile[] {
  // There is something to copy, whatever edits have left.
  const files = { '/usr/share/property-made': text('made\n'), ...made };
  return [
    { path: 'deps/Containerfile', node: text(withHeader(containerfile)) },
    ...Object.entries(files).map(([path, node]) => ({ path: `deps/files${path}`, node })),
  ];
}

function withHeader({ reads, secret, lines }: ScriptText): string {
  const header = [
    ...(reads === undefined ? [] : [`# reads: ${reads.join(' ')}`]),
    ...(secret === undefined ? [] : [`# secrets: ${SECRET}`]),
  ];
  return [...header, ...lines, ''].join('\n');
}

// JSON is YAML, too.
function variantYaml(name: string, { from, isExtra, permissions }: Member): string {
  const stated = Object.entries(permissions).map(([path, permission]) => ({ path, ...permission }));
  return json({
    name,
    description: 'Of a test',
    from: from === 'upstream' ? SMALL : from,
    image: name,
    secrets: [SECRET],
    ...(isExtra ? { options: ['extra'] } : {}),
    ...(stated.length === 0 ? {} : { permissions: stated }),
  });
}

function packagesYaml({ lists, downloads, comments }: Member): string {
  const pinned = Object.entries(downloads).map(([path, { source, mode }]) => ({
    name: path.slice(1).replaceAll('/', '-'),
    ...pinOf(source),
    path,
    mode,
  }));
  const filled = Object.entries({ ...lists, downloads: pinned }).filter(([, values]) => values.length > 0);
  const immutablue = Object.fromEntries(filled.map(([key, values]) => [key, { all: values }]));
  return `${comments.map((comment) => `# ${comment}\n`).join('')}${json({ immutablue })}`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function text(content: string): OverrideNode {
  return { type: 'file', content, mode: '0644' };
}
