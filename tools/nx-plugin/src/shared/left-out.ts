import { architectureOf, lineageOf, type Architecture, type Family, type Variant } from '@immutablue/variant';

/** The commands of Nx about many projects, of which a person names few. */
const MANY: readonly string[] = ['run-many', 'affected'];

/** What Node calls the architectures that images are built for. */
const HOSTS: ReadonlyMap<string, Architecture> = new Map([
  ['x64', 'x86_64'],
  ['arm64', 'aarch64'],
]);

/** The architecture of this machine, as far as images are built for it. */
export function hostArchitecture(): Architecture | undefined {
  return HOSTS.get(process.arch);
}

/** The architecture that a variant is built for unless another one is asked for. */
export function ownArchitecture({ platforms }: Variant): Architecture {
  const [platform] = platforms;
  if (platform === undefined) throw new Error('a variant has a platform');
  return architectureOf(platform);
}

/**
 * Whether a command may leave variants out.
 *
 * @param argv of Nx's process: the runtime, the program, and what was typed.
 */
export function mayLeaveOut(argv: readonly string[]): boolean {
  const words = wordsOf(argv);
  const command = words.find((word) => !word.startsWith('-')) ?? '';
  return MANY.includes(command) && !['--emulate', '--architecture'].some((option) => words.includes(option));
}

/**
 * The variants that a command about many leaves out: this machine could only emulate them, which takes many times as long, and
 * fails where nothing emulates. Not those that the command names, nor what they stand on. Pure.
 */
export function leftOutOf(argv: readonly string[], family: Family, host: Architecture | undefined): Variant[] {
  if (!mayLeaveOut(argv)) return [];
  const words = wordsOf(argv);
  const named = family.variants.filter(({ name }) => words.includes(name));
  const needed = new Set(named.flatMap((variant) => lineageOf(family, variant).map(({ name }) => name)));
  return family.variants.filter((variant) => ownArchitecture(variant) !== host && !needed.has(variant.name));
}

/** What was typed, in words; of names of packages without their scope. */
function wordsOf(argv: readonly string[]): string[] {
  return argv.slice(2).flatMap((word) => word.split(/[=,]/).map((part) => part.replace(/^@[^/]+\//, '')));
}
