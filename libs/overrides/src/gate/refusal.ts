import { forbiddenPlaceOf, type Placed } from './places';

/** Why something may not be in an image, or not from there. */
export interface Refusal {
  /** To stand behind the path. */
  readonly why: string;
  /** The rule behind it, a sentence. */
  readonly rule: string;
  readonly hint: string;
}

/** What an OCI layer calls a removed file: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
const WHITEOUT_PREFIX = '.wh.';
/** What stands for bytes that are no text, wherever names are read as text. */
const NO_TEXT = '\u{FFFD}';
const WHITEOUT_RULE = `names with \`${WHITEOUT_PREFIX}\` are whiteouts in an OCI layer`;

/**
 * Why the family may not bring this to an image, whatever brings it: an override, a pinned download. By the path alone; where
 * links of the root filesystem lead it is known when it is written.
 */
export function refusalOf(placed: Placed): Refusal | undefined {
  if (hasWhiteoutName(placed.path)) {
    return {
      why: `would remove a file in the layers below: ${WHITEOUT_RULE}`,
      rule: WHITEOUT_RULE,
      hint: 'rename it; to remove files, list them under `file_rm` in packages.yaml',
    };
  }
  if (placed.path.includes(NO_TEXT)) {
    return {
      why: 'has a name that is not UTF-8, or holds U+FFFD, which stands for such bytes',
      rule: 'names are UTF-8: `bootc container lint` refuses an image with another one',
      hint: 'give it a name of UTF-8',
    };
  }
  const place = forbiddenPlaceOf(placed);
  if (place === undefined) return undefined;
  const rule = `${place.path} ${place.why}`;
  return { why: place.path === placed.path ? place.why : `cannot be in the image: ${rule}`, rule, hint: place.hint };
}

/** What is in the layer of a running build: also what no program but a build's has left there. */
export interface InLayer {
  readonly path: string;
  readonly type: Placed['type'] | 'other';
}

/**
 * Why a layer may not have this, whatever has left it there: a script, a package, a dep-builder. A place that is bad style for
 * what packages bring, such as /var, is for the tests of an image.
 */
export function refusalInLayer({ path, type }: InLayer): Refusal | undefined {
  if (hasWhiteoutName(path) || path.includes(NO_TEXT)) return refusalOf({ path, type: 'file' });
  if (type === 'other') {
    return {
      why: 'is a device, a FIFO or a socket',
      rule: 'devices, FIFOs and sockets belong to the running system',
      hint: 'have it made at boot, by a line of tmpfiles.d(5) or a socket unit',
    };
  }
  if (type === 'directory') return undefined;
  const place = forbiddenPlaceOf({ path, type });
  return place?.duringBuild === undefined ? undefined : refusalOf({ path, type });
}

function hasWhiteoutName(path: string): boolean {
  return path.split('/').some((name) => name.startsWith(WHITEOUT_PREFIX));
}
