/** What of a place is refused. */
export type Scope =
  /** What is below it, and a file or link in its stead; the empty directory itself is part of every image. */
  | 'content'
  /** What is below it; the place itself may be a directory or a link. */
  | 'below'
  /** It and everything below it. */
  | 'all';

/** A place in the root filesystem that an image must not fill, and what to do instead. */
export interface ForbiddenPlace {
  readonly path: string;
  readonly scope: Scope;
  /** To stand behind the path: why. */
  readonly why: string;
  readonly hint: string;
  /** Directly below it, what is allowed. */
  readonly except?: readonly string[];
  /** Something else is mounted there while a program of a build runs: what a layer has there was never seen. */
  readonly duringBuild?: 'mounted-over';
}

const TMPFILES = 'have it made at boot: a line in /usr/lib/tmpfiles.d/<name>.conf (tmpfiles.d(5))';
const BELOW_USR_LIB = 'put it below /usr/lib, and a link in /usr/bin where one is needed';
const SYSUSERS = 'state the user or group in /usr/lib/sysusers.d/<name>.conf (sysusers.d(5))';

const RUN_TIME: readonly ForbiddenPlace[] = [
  ...['/proc', '/sys', '/dev'].map((path) => ({
    path,
    why: 'is mounted over when the system runs',
    hint: TMPFILES,
    duringBuild: 'mounted-over' as const,
  })),
  ...['/run', '/tmp'].map((path) => ({ path, why: 'is emptied in the image and at each boot', hint: TMPFILES })),
  {
    path: '/var',
    why: 'is unpacked at the first installation only, so that no update reaches it',
    hint: `put it below /usr and ${TMPFILES}`,
  },
].map((place) => ({ ...place, scope: 'content' }));

const LINKS: readonly ForbiddenPlace[] = [
  ...['/opt', '/usr/local'].map((path) => ({ path, hint: BELOW_USR_LIB })),
  ...['/home', '/root'].map((path) => ({ path, hint: 'files for every new user go to /etc/skel' })),
  { path: '/srv', hint: 'put it below /usr/share' },
  ...['/mnt', '/media'].map((path) => ({ path, hint: TMPFILES })),
].map((place) => ({
  ...place,
  scope: 'below',
  why: 'is a link into /var or /run on these systems, so that no update reaches it',
}));

const ACCOUNTS: readonly ForbiddenPlace[] = [
  ...['/etc/passwd', '/etc/group', '/etc/shadow', '/etc/gshadow'].map((path) => ({
    path,
    why: 'belongs to the machine: a file of the image would hide its users and groups',
  })),
  ...['/usr/lib/passwd', '/usr/lib/group'].map((path) => ({
    path,
    why: 'has the users and groups of all packages, which a file of the image would take away',
  })),
].map((place) => ({ ...place, scope: 'all', hint: SYSUSERS }));

/** What the build writes itself. */
const WRITTEN: readonly ForbiddenPlace[] = [
  ...['build_options', 'image.json', 'packages', 'quadlets.d'].map((name) => ({
    path: `/usr/immutablue/${name}`,
    hint: 'use another name; settings for the running system are /usr/immutablue/settings.yaml',
  })),
  ...['/usr/lib/os-release', '/etc/os-release'].map((path) => ({
    path,
    hint: 'names are `osName` and `osId` in nx.json; a script build/90-post.sh may add other fields',
  })),
].map((place) => ({ ...place, scope: 'all', why: 'is written by the build' }));

/**
 * What no image gets from its family, or only from the build itself: the one table of it. The reasons are those of `bootc container lint` and of how bootc and ostree install
 * and upgrade a system: https://bootc.dev/bootc/filesystem.html
 */
export const FORBIDDEN_PLACES: readonly ForbiddenPlace[] = [
  ...RUN_TIME,
  {
    path: '/boot',
    scope: 'content',
    why: 'belongs to the boot loader of the installed system',
    hint: 'a kernel and its initramfs go to /usr/lib/modules/<version>/',
    except: ['efi', 'EFI'],
  },
  {
    path: '/usr/etc',
    scope: 'all',
    why: 'must not be in an image that has /etc: ostree makes it from /etc',
    hint: 'put it below /etc',
  },
  ...LINKS,
  ...['/ostree', '/sysroot'].map((path) => ({
    path,
    scope: 'content' as const,
    why: 'belongs to ostree',
    hint: 'nothing of an image goes there: put it below /usr',
  })),
  ...ACCOUNTS,
  ...WRITTEN,
  {
    path: '/etc/machine-id',
    scope: 'all',
    why: 'is made on each machine at its first boot',
    hint: 'leave it out',
  },
  {
    path: '/etc/hostname',
    scope: 'all',
    why: 'is written by the build container and by each machine',
    hint: 'a script build/90-post.sh can add a default name to /usr/lib/os-release: `DEFAULT_HOSTNAME=`',
  },
  {
    path: '/etc/resolv.conf',
    scope: 'all',
    why: 'is written by the build container and by each machine',
    hint: 'have the link made at boot: `L /etc/resolv.conf - - - - <target>` in /usr/lib/tmpfiles.d/<name>.conf',
  },
];

/** What of an entry decides whether a place accepts it. */
export interface Placed {
  /** Absolute, as a RootPath is. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink';
  readonly isEmpty?: boolean;
}

/**
 * The place that does not accept this entry, if there is one. A directory that holds something is no concern of its own:
 * what it holds is looked at.
 */
export function forbiddenPlaceOf(entry: Placed): ForbiddenPlace | undefined {
  if (entry.type === 'directory' && entry.isEmpty !== true) return undefined;
  return FORBIDDEN_PLACES.find((place) =>
    entry.path === place.path ? refusesItself(place, entry) : isIn(place, entry),
  );
}

function refusesItself(place: ForbiddenPlace, { type }: Placed): boolean {
  switch (place.scope) {
    case 'content':
      return type !== 'directory';
    case 'below':
      return type === 'file';
    case 'all':
      return true;
  }
}

function isIn(place: ForbiddenPlace, { path }: Placed): boolean {
  if (!path.startsWith(`${place.path}/`)) return false;
  const [first] = path.slice(place.path.length + 1).split('/');
  return first === undefined || place.except?.includes(first) !== true;
}
