import type { Edit } from './edit';
import { MEMBERS, type FamilyState, type MemberName } from './family';
import { generateEdit } from './generate';
import type { Random } from './random';

const LATE = ['file', 'script', 'place', 'dep-builder', 'made'] as const;
type LateEdit = Extract<Edit, { readonly kind: (typeof LATE)[number] }>;

/** What happens to a workspace between an edit and the build that is looked at; the family is the same after it. */
export type FamilyEvent =
  /** One variant is built from nothing, with all that it stands on. */
  | { readonly kind: 'clean'; readonly member: MemberName }
  /** A file is edited while a build runs, and the edit is taken back after it. */
  | { readonly kind: 'meanwhile'; readonly edit: LateEdit }
  /** A power failure: of the files that builds have written, sorted by path, each `every`-th is empty, or cut to half. */
  | { readonly kind: 'cut'; readonly left: 'nothing' | 'half'; readonly every: number }
  /** Images are removed: that of one variant, or all that builds have made. */
  | { readonly kind: 'images-removed'; readonly images: MemberName | 'all' }
  /** The upstream image is removed; a build makes it again. */
  | { readonly kind: 'lab-down' };

type Maker = (random: Random, state: FamilyState) => FamilyEvent | undefined;

/** What happens, and how often, relative to the others. */
const MAKERS: readonly { readonly weight: number; readonly make: Maker }[] = [
  { weight: 12, make: () => undefined },
  { weight: 3, make: (random) => ({ kind: 'clean', member: random.pick(MEMBERS) }) },
  { weight: 3, make: meanwhile },
  {
    weight: 2,
    make: (random) => ({ kind: 'cut', left: random.pick(['nothing', 'half']), every: 1 + random.below(3) }),
  },
  { weight: 2, make: (random) => ({ kind: 'images-removed', images: random.pick(['all', ...MEMBERS]) }) },
  { weight: 1, make: () => ({ kind: 'lab-down' }) },
];

/** What happens after an edit has made a family what it is; most often nothing. Pure. */
export function generateEvent(random: Random, state: FamilyState): FamilyEvent | undefined {
  return random.pick(MAKERS.flatMap(({ weight, make }) => Array.from({ length: weight }, () => make)))(random, state);
}

/** Of what is read when it is needed, long after the build was planned. */
function meanwhile(random: Random, state: FamilyState): FamilyEvent {
  for (;;) {
    const edit = generateEdit(random, state);
    if (isReadLate(edit)) return { kind: 'meanwhile', edit };
  }
}

function isReadLate(edit: Edit): edit is LateEdit {
  return LATE.some((kind) => edit.kind === kind);
}
