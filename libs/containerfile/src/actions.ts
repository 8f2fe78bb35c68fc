import { LAB_MOUNT, nevra } from '@immutablue/variant';
import type { BindMount } from '@immutablue/oci';
import { OS_RELEASE, type ScriptStep, type Step, type TransactionStep, storedPath } from '@immutablue/plan';
import type { ContextFile } from './context-file';
import { overrideFiles, overrideList } from './override-list';
import { shellCommand, shellWord } from './quote';

/** What a step is in a Containerfile. */
export type Action =
  /** Lines of the script that a RUN starts. */
  | {
      readonly kind: 'script';
      readonly lines: readonly string[];
      /** Files that the lines name as `$FILES/<path>`. */
      readonly files: readonly ContextFile[];
      /** Files that several RUNs share; see {@link OVERRIDES_FOLDER}. */
      readonly overrides: readonly ContextFile[];
      /** Variants whose folders the lines read. */
      readonly variants: readonly VariantFolder[];
      /** Mounts from this machine. */
      readonly mounts: readonly BindMount[];
      /** Build arguments that the lines read. */
      readonly buildArguments: readonly string[];
    }
  /** COPY of a whole dep-builder. */
  | { readonly kind: 'copy-dependencies'; readonly variant: string }
  /** A RUN that mounts nothing: where something is mounted, an empty folder stays. */
  | { readonly kind: 'clean'; readonly clean: CleanedPaths }
  | { readonly kind: 'labels'; readonly labels: Readonly<Record<string, string>> };

/** A variant's folder, as its scripts see it. */
export interface VariantFolder {
  readonly variant: string;
  /** Absolute path on the host. */
  readonly directory: string;
}

export interface CleanedPaths {
  /** Removed with all that is below them. */
  readonly paths: readonly string[];
  /** Directories whose content is removed. */
  readonly empty: readonly string[];
  readonly files: readonly string[];
  /** Files that are removed when they are empty. */
  readonly emptyFiles: readonly string[];
}

/** When the parent image was made, in seconds since 1970. */
export const CREATED_ARGUMENT = 'SOURCE_DATE_EPOCH';

/** Where scripts find the folders of variants. */
export const VARIANTS_MOUNT = '/run/immutablue/variants';

/** What one step of a plan becomes; `number` tells its files from those of the other steps of the sub-stage. */
export function actionOf(step: Step, number: number): Action {
  switch (step.kind) {
    case 'check-root':
      return script([shellCommand(['check_root', step.architecture])]);
    case 'write-file': {
      const file = textFile(`${number}${step.path}`, step.content);
      return script([`place ${atFiles(file)} ${shellWord(step.path)} ${octal(step.mode)}`], { files: [file] });
    }
    case 'copy-dependencies':
      return { kind: 'copy-dependencies', variant: step.variant };
    case 'download':
      return script(
        step.files.map(({ fetched, mode }) =>
          shellCommand([
            ...['download', step.cache.target, fetched.url, fetched.sha256, fetched.path, octal(mode)],
            ...(fetched.member === undefined ? [] : [fetched.member]),
          ]),
        ),
        { mounts: [...step.mounts, step.cache] },
      );
    case 'apply-overrides': {
      const list = textFile(`${number}-overrides.tsv`, overrideList(step.entries));
      return script([`apply_overrides ${atFiles(list)}`], { files: [list], overrides: overrideFiles(step.entries) });
    }
    case 'run':
      return script([commandLine(step)], { mounts: step.mounts });
    case 'transaction':
      return transaction(unlocked(step), number);
    case 'require-signatures':
      return script([shellCommand(['require_signatures', step.path])]);
    case 'enable-quadlets': {
      const list = textFile(`${number}-quadlets.list`, step.names.map(({ value }) => `${value}\n`).join(''));
      const at = atFiles(list);
      return script([`enable_quadlets ${at}`, `place ${at} ${shellWord(step.path)} 644`], { files: [list] });
    }
    case 'write-os-release': {
      const { name, id, variant, imageName, release } = step.identity;
      const words = shellCommand(['write_os_release', OS_RELEASE, name, id, variant, imageName, release]);
      // Without the time at which the parent was made, the build is of today.
      return script([`${words} "\${${CREATED_ARGUMENT}:-$(date +%s)}"`], { buildArguments: [CREATED_ARGUMENT] });
    }
    case 'remove-paths':
      return script([shellCommand(['remove_paths', ...step.paths.map(({ value }) => withoutSlashes(value))])]);
    case 'checkpoint':
      // Where a build could go on from is the builder's own affair; what is removed there is not.
      return { kind: 'clean', clean: { ...step.clean, paths: step.paths.map(({ value }) => withoutSlashes(value)) } };
    case 'script':
      return scriptOfVariant(step);
    case 'clean':
      return { kind: 'clean', clean: { ...step, paths: [] } };
    case 'commit':
      return { kind: 'labels', labels: step.labels };
  }
}

/** A transaction that puts back what it overwrites. */
function transaction(step: TransactionStep, number: number): Action {
  if (step.overrides.length === 0) return script([commandLine(step)], { mounts: step.mounts });
  const list = textFile(`${number}-overrides.tsv`, overrideList(step.overrides));
  return script([`keep_overrides ${atFiles(list)} ${commandLine(step)}`], {
    mounts: step.mounts,
    files: [list],
    overrides: overrideFiles(step.overrides),
  });
}

/** Without this machine's store of RPMs, what is locked is named by its version: the repositories must still have it. */
function unlocked(step: TransactionStep): TransactionStep {
  if (step.locked === undefined) return step;
  const names = new Map(step.locked.packages.map((rpm) => [storedPath(rpm), nevra(rpm)]));
  const [program, ...words] = step.command;
  return {
    ...step,
    command: [program, ...words.filter((word) => word !== '--disablerepo=*').map((word) => names.get(word) ?? word)],
  };
}

type ScriptAction = Extract<Action, { kind: 'script' }>;

function script(lines: readonly string[], parts: Partial<Omit<ScriptAction, 'kind' | 'lines'>> = {}): ScriptAction {
  const { files = [], overrides = [], variants = [], mounts = [], buildArguments = [] } = parts;
  return { kind: 'script', lines, files, overrides, variants, mounts, buildArguments };
}

/** Scripts find their variant's folder at one place, whatever variant it is. */
function scriptOfVariant(step: ScriptStep): ScriptAction {
  const link = ['ln', '--symbolic', '--force', '--no-target-directory'];
  return script(
    [
      shellCommand([...link, `${VARIANTS_MOUNT}/${step.variant}`, step.environment['IMMUTABLUE_CONTEXT'] ?? '']),
      commandLine(step),
    ],
    {
      variants: [{ variant: step.variant, directory: step.context }],
      // The others are of the context: the variant's folder, and the helpers beside it.
      mounts: step.mounts.filter((mount) => mount.access === 'read-write' || mount.target === LAB_MOUNT),
    },
  );
}

function commandLine(step: Pick<ScriptStep, 'command' | 'environment'>): string {
  const settings = Object.entries(step.environment).map(([name, value]) => `${name}=${value}`);
  return shellCommand(settings.length === 0 ? step.command : ['env', ...settings, ...step.command]);
}

function textFile(path: string, text: string): ContextFile {
  return { path, content: { kind: 'text', text } };
}

function atFiles(file: ContextFile): string {
  return `"\${FILES}"/${shellWord(file.path)}`;
}

/** A slash at its end would have rm follow a link. */
function withoutSlashes(path: string): string {
  return path.replace(/\/+$/, '');
}

function octal(mode: number): string {
  return mode.toString(8);
}
