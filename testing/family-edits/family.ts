import type { SourceName } from './sources';

/** The variants of the scratch family, those that others may stand on first. */
export const MEMBERS = ['p-base', 'p-sibling', 'p-child', 'p-grandchild'] as const;
export type MemberName = (typeof MEMBERS)[number];

/** What each may stand on, so that no two ever stand on each other; what it stands on at first comes first. */
export const PARENTS: Readonly<Record<MemberName, readonly ParentName[]>> = {
  'p-base': ['upstream'],
  'p-sibling': ['p-base', 'upstream'],
  'p-child': ['p-base', 'p-sibling', 'upstream'],
  'p-grandchild': ['p-child', 'p-base', 'p-sibling'],
};
export type ParentName = MemberName | 'upstream';

export const RELEASES = ['44', '43'] as const;
export type ReleaseName = (typeof RELEASES)[number];

/** States of the upstream image, published one after the other under one name. */
export const REVISIONS = [0, 1, 2] as const;
export type Revision = (typeof REVISIONS)[number];

/** The folders of overrides: `overrides_extra` counts in images with the option `extra`. */
export const TREES = ['overrides', 'overrides_extra'] as const;
export type TreeName = (typeof TREES)[number];

/** What stands at a path of a tree of overrides. */
export type OverrideNode =
  | { readonly type: 'file'; readonly content: string; readonly mode: '0644' | '0755' }
  | { readonly type: 'symlink'; readonly target: string }
  | { readonly type: 'empty-directory'; readonly mode: '0755' | '0700' };

/** What variant.yaml states for a path. */
export interface StatedPermissions {
  readonly mode: string;
  readonly owner?: string;
}

/** The lists of packages.yaml that edits change. */
export const LISTS = [
  'rpm',
  'rpm_rm',
  'rpm_extra',
  'file_rm',
  'services_enable_sys',
  'services_disable_sys',
  'services_mask_sys',
  'services_enable_user',
] as const;
export type ListName = (typeof LISTS)[number];

/** Lists of which a value in both is a contradiction, which a plan refuses, whatever options a variant has. */
export const OPPOSED_LISTS: readonly (readonly [ListName, ListName])[] = [
  ['rpm', 'rpm_rm'],
  ['rpm_extra', 'rpm_rm'],
  ['services_enable_sys', 'services_disable_sys'],
  ['services_enable_sys', 'services_mask_sys'],
];

export interface ScriptText {
  /** The places of its header `# reads:`; a script without one reads everything. */
  readonly reads: readonly string[] | undefined;
  /** Whether its header asks for {@link SECRET}. */
  readonly secret?: 'asked-for';
  readonly lines: readonly string[];
}

/** The secret that each variant lists. */
export const SECRET = 'property-key';

/** A pinned file, by its source and its mode. */
export interface PinnedDownload {
  readonly source: SourceName;
  readonly mode: '0644' | '0755';
}

/** One variant. */
export interface Member {
  readonly from: ParentName;
  /** Whether it declares the option `extra`. */
  readonly isExtra: boolean;
  readonly overrides: Readonly<Record<TreeName, Readonly<Record<string, OverrideNode>>>>;
  readonly permissions: Readonly<Record<string, StatedPermissions>>;
  readonly lists: Readonly<Partial<Record<ListName, readonly string[]>>>;
  /** What files in its folder `files` hold, by name: scripts may read them. */
  readonly files: Readonly<Record<string, string>>;
  /** By file name. */
  readonly scripts: Readonly<Record<string, ScriptText>>;
  /** By their paths in the image. */
  readonly downloads: Readonly<Record<string, PinnedDownload>>;
  /** Its Containerfile: the header, and what it does before it leaves {@link Member.made}. */
  readonly depBuilder: ScriptText | undefined;
  /** Files that a dep-builder leaves, by their paths in the image. */
  readonly made: Readonly<Record<string, OverrideNode>>;
  /** Comments in packages.yaml: they mean nothing. */
  readonly comments: readonly string[];
}

/** All that a family is made from. */
export interface FamilyState {
  readonly release: ReleaseName;
  readonly revision: Revision;
  /** Whether builds are given {@link SECRET}. */
  readonly secret: 'given' | 'missing';
  readonly members: Readonly<Record<MemberName, Member>>;
}

/** The family before the first edit: packages and files on each level, so that edits have something to touch. */
export function firstFamily(): FamilyState {
  return {
    release: '44',
    revision: 0,
    secret: 'missing',
    members: {
      'p-base': withFile(
        member('p-base', { '/etc/property.conf': file('base'), '/usr/share/property/one': file('one') }, ['pv']),
      ),
      // Makes the option known, so that `overrides_extra` is never an error.
      'p-sibling': {
        ...member('p-sibling', {
          '/usr/share/property/sibling': file('sibling'),
          '/bin/property': { type: 'symlink', target: '/etc/property.conf' },
        }),
        isExtra: true,
        scripts: { '45-own.sh': ASKS_FOR_SECRET },
      },
      'p-child': {
        ...withFile(member('p-child', { '/usr/share/property/child': file('child') }, ['stow'])),
        downloads: { '/usr/share/property/pinned': { source: 'first', mode: '0644' } },
        depBuilder: { reads: [], lines: LEAVES_FILES },
      },
      'p-grandchild': member('p-grandchild', {
        '/usr/share/property/dir/deep': file('deep'),
        '/usr/share/property/two': { type: 'symlink', target: 'one' },
      }),
    },
  };
}

function member(name: MemberName, overrides: Member['overrides']['overrides'], rpm: readonly string[] = []): Member {
  const [from] = PARENTS[name];
  if (from === undefined) throw new Error(`${name} has no parent`);
  return {
    from,
    isExtra: false,
    overrides: { overrides, overrides_extra: {} },
    permissions: {},
    lists: rpm.length === 0 ? {} : { rpm },
    files: {},
    scripts: {},
    downloads: {},
    depBuilder: undefined,
    made: {},
    comments: [],
  };
}

/** With a file in its folder, and a script that copies it: edits of either count from the first build on. */
function withFile(variant: Member): Member {
  return { ...variant, files: { settings: 'first\n' }, scripts: { '75-own.sh': copiesFile('settings') } };
}

/** A script that says whether it was given {@link SECRET}. */
export const ASKS_FOR_SECRET: ScriptText & { readonly reads: readonly string[] } = {
  reads: [],
  secret: 'asked-for',
  lines: [
    `if [[ -e /run/secrets/${SECRET} ]]; then echo with >/usr/share/property-secret`,
    'else echo without >/usr/share/property-secret; fi',
  ],
};

/** What a Containerfile ends with, to leave the files that its dep-builder has in its folder. */
export const LEAVES_FILES: readonly string[] = ['FROM scratch', 'COPY files/ /'];

/** A script that reads a file in the folder of its variant, if there is one. */
export function copiesFile(name: string): ScriptText & { readonly reads: readonly string[] } {
  return {
    reads: [],
    lines: [
      `if [[ -e "\${IMMUTABLUE_CONTEXT}/files/${name}" ]]; then`,
      `  cp "\${IMMUTABLUE_CONTEXT}/files/${name}" /usr/share/property-${name}`,
      'fi',
    ],
  };
}

function file(content: string): OverrideNode {
  return { type: 'file', content: `${content}\n`, mode: '0644' };
}
