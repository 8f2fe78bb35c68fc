import * as z from 'zod';
import { ARCHITECTURES, type Architecture } from '../platform';
import { FILE_NAME_LENGTH, patternedString, textOf } from '../schema/patterned-string';

/** Arguments of programs. */
const text = textOf('a value', 2048);
const list = z.array(text).nullable();

const byArchitecture = {
  image: text.meta({ description: 'The container image' }),
  root: z.boolean().meta({ description: 'Whether the container runs with root rights' }),
  packages: list.meta({ description: "Packages, installed with the container's own package manager" }),
  additional_flags: list.meta({ description: 'Further arguments of `distrobox create`' }),
  pkg_inst_cmd: text.meta({ description: 'The command that installs packages' }),
  pkg_updt_cmd: text.meta({ description: 'The command that updates packages' }),
  extra_commands: textOf('a script in packages.yaml', 32_768).meta({
    description: 'A script that is run before packages are installed',
  }),
  npm_packages: list.meta({ description: 'npm packages' }),
  pip_packages: list.meta({ description: 'pip packages' }),
  cargo_packages: list.meta({ description: 'cargo packages' }),
  bin_export: list.meta({ description: 'Programs of the container that are exported to the host' }),
  app_export: list.meta({ description: 'Applications of the container that are exported to the host' }),
  bin_symlink: list.meta({ description: 'Programs of the host that are linked into the container' }),
};

type Fields = typeof byArchitecture;
type FieldsOfAllArchitectures = {
  [Key in keyof Fields as Key | `${Key}_${Architecture}`]: z.ZodOptional<z.ZodNullable<Fields[Key]>>;
};

function forAllArchitectures(): FieldsOfAllArchitectures {
  const entries = Object.entries(byArchitecture).flatMap(([key, schema]) =>
    [key, ...ARCHITECTURES.map((architecture) => `${key}_${architecture}`)].map(
      (name) => [name, schema.nullable().optional()] as const,
    ),
  );
  return Object.fromEntries(entries) as unknown as FieldsOfAllArchitectures;
}

/** An item of the `distrobox` lists. Every key but `name` may be followed by `_<arch>`. */
export const distroboxSchema = z.strictObject({
  name: patternedString({
    pattern: /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
    what: 'the name of a container',
    hint: 'letters, digits, `_`, `.` and `-`',
    maxLength: FILE_NAME_LENGTH,
  }).meta({ description: "The container's name" }),
  ...forAllArchitectures(),
});
export type DistroboxSource = z.output<typeof distroboxSchema>;

/** A distrobox container that is set up on the running system. */
export interface Distrobox {
  readonly name: string;
  /** Distrobox's own default when absent. */
  readonly image?: string;
  readonly root: boolean;
  readonly packages: readonly string[];
  readonly additionalFlags: readonly string[];
  readonly packageInstallCommand?: string;
  readonly packageUpdateCommand?: string;
  readonly extraCommands?: string;
  readonly npmPackages: readonly string[];
  readonly pipPackages: readonly string[];
  readonly cargoPackages: readonly string[];
  readonly binaryExports: readonly string[];
  readonly applicationExports: readonly string[];
  readonly binarySymlinks: readonly string[];
}

/** What a container is on that architecture: lists of the architecture follow the plain ones, other values replace them. */
export function resolveDistrobox(source: DistroboxSource, architecture: Architecture): Distrobox {
  const one = <Key extends SingleKey>(key: Key) => source[`${key}_${architecture}`] ?? source[key] ?? undefined;
  const all = (key: ListFieldKey) => [...(source[key] ?? []), ...(source[`${key}_${architecture}`] ?? [])];
  const image = one('image');
  const packageInstallCommand = one('pkg_inst_cmd');
  const packageUpdateCommand = one('pkg_updt_cmd');
  const extraCommands = one('extra_commands');
  return {
    name: source.name,
    ...(image === undefined ? {} : { image }),
    root: one('root') ?? false,
    packages: all('packages'),
    additionalFlags: all('additional_flags'),
    ...(packageInstallCommand === undefined ? {} : { packageInstallCommand }),
    ...(packageUpdateCommand === undefined ? {} : { packageUpdateCommand }),
    ...(extraCommands === undefined ? {} : { extraCommands }),
    npmPackages: all('npm_packages'),
    pipPackages: all('pip_packages'),
    cargoPackages: all('cargo_packages'),
    binaryExports: all('bin_export'),
    applicationExports: all('app_export'),
    binarySymlinks: all('bin_symlink'),
  };
}

type SingleKey = 'image' | 'root' | 'pkg_inst_cmd' | 'pkg_updt_cmd' | 'extra_commands';
type ListFieldKey = Exclude<keyof Fields, SingleKey>;
