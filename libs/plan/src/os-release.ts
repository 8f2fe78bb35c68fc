/** Where an image says what it is: https://www.freedesktop.org/software/systemd/man/latest/os-release.html */
export const OS_RELEASE = '/usr/lib/os-release';

/** What an image is, for /usr/lib/os-release. */
export interface ImageIdentity {
  /** `NAME`, for people. */
  readonly name: string;
  /** `ID`, for programs. */
  readonly id: string;
  readonly variant: string;
  readonly imageName: string;
  readonly release: string;
}

/** The field that keeps what the upstream image called itself: images that stand on each other have it in common. */
const ID_LIKE = 'ID_LIKE';

/**
 * The text of os-release(5) for an image. Fields that say which image it is are set; all others stay as upstream has them,
 * and what upstream called itself (`ID`) is added to `ID_LIKE`, so that programs still find the family they know.
 *
 * @param text what the root filesystem has, upstream's or that of a parent variant.
 * @param created when the upstream image was made, in seconds since 1970: the build date, which is then the same for the
 *   same input.
 */
export function osRelease(text: string, identity: ImageIdentity, created: number): string {
  const fields = parse(text);
  const date = new Date(created * 1000).toISOString().slice(0, 10).replaceAll('-', '');
  const version = `${identity.release}.${date}`;
  const described = `${identity.release} (${identity.variant})`;
  const own: Record<string, string> = {
    NAME: identity.name,
    PRETTY_NAME: `${identity.name} ${described}`,
    ID: identity.id,
    [ID_LIKE]: related(fields, identity.id),
    VERSION: described,
    VERSION_ID: identity.release,
    VARIANT: identity.variant,
    VARIANT_ID: identity.variant,
    IMAGE_ID: identity.imageName,
    IMAGE_VERSION: version,
    BUILD_ID: date,
  };
  // rpm-ostree and bootc show this one as the version of a deployment; it would be upstream's.
  if (fields.has('OSTREE_VERSION')) own['OSTREE_VERSION'] = version;
  const merged = new Map([...fields, ...Object.entries(own)]);
  return [...merged].map(([name, value]) => `${name}=${quoted(value)}\n`).join('');
}

function related(fields: ReadonlyMap<string, string>, id: string): string {
  const names = [fields.get('ID') ?? '', ...(fields.get(ID_LIKE) ?? '').split(' ')];
  return [...new Set(names)].filter((name) => name !== '' && name !== id).join(' ');
}

function parse(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim()) ?? [];
    if (name !== undefined) fields.set(name, unquoted(value ?? ''));
  }
  return fields;
}

function unquoted(value: string): string {
  const [, double, single] = /^(?:"(.*)"|'(.*)')$/.exec(value) ?? [];
  if (single !== undefined) return single;
  return (double ?? value).replaceAll(/\\(["$`\\])/g, '$1');
}

function quoted(value: string): string {
  return /^[A-Za-z0-9._-]+$/.test(value) ? value : `"${value.replaceAll(/["$`\\]/g, '\\$&')}"`;
}
