import type { BindMount } from './mounts';
import type { EffectiveEntry } from '@immutablue/overrides';
import type { Architecture, Download, Entry, LockedList, LockedPackage, Repository } from '@immutablue/variant';
import type { Reads } from './reads';
import type { ImageIdentity } from './os-release';

interface StepBase {
  /** What the step is for, in a few words; shown while it runs. */
  readonly purpose: string;
}

/** Checks what the image stands on, before anything is changed. */
export interface CheckRootStep extends StepBase {
  readonly kind: 'check-root';
  readonly architecture: Architecture;
}

/** Writes one file, owned by root. */
export interface WriteFileStep extends StepBase {
  readonly kind: 'write-file';
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /** Absolute path of the file that it is made from. */
  readonly source?: string;
}

/** Copies the root filesystem of a dep-builder's image into the root filesystem. */
export interface CopyDependenciesStep extends StepBase {
  readonly kind: 'copy-dependencies';
  /** The variant whose dep-builder it is. */
  readonly variant: string;
}

/** Copies override files. */
export interface ApplyOverridesStep extends StepBase {
  readonly kind: 'apply-overrides';
  readonly entries: readonly EffectiveEntry[];
}

/** Fetches pinned files into the cache that all variants share, checks them, and places them in the root filesystem. */
export interface DownloadStep extends StepBase {
  readonly kind: 'download';
  readonly files: readonly PinnedFile[];
  /** Where the cache is: on this machine, and for the command that fetches. */
  readonly cache: BindMount;
  readonly mounts: readonly BindMount[];
}

/** One of the files of a {@link DownloadStep}. */
export interface PinnedFile {
  /** As packages.yaml has it. */
  readonly entry: Entry<Download>;
  /** As it is fetched under the upstream profile. */
  readonly fetched: Download;
  readonly mode: number;
}

/** Notes the quadlets that are started at every boot, after a look whether they are there. */
export interface EnableQuadletsStep extends StepBase {
  readonly kind: 'enable-quadlets';
  readonly names: readonly Entry<string>[];
  /** The list that the image's own start-up reads, one name a line. */
  readonly path: string;
}

/** Makes /usr/lib/os-release say which image it is in. */
export interface WriteOsReleaseStep extends StepBase {
  readonly kind: 'write-os-release';
  readonly identity: ImageIdentity;
}

/** Runs a command inside the container. */
export interface RunStep extends StepBase {
  readonly kind: 'run';
  readonly command: readonly [string, ...string[]];
  readonly mounts: readonly BindMount[];
  readonly environment: Readonly<Record<string, string>>;
  /** What the command line was made from: a message of the command that names one of these is traced to its line. */
  readonly names: readonly Entry<string>[];
  /** What the command reads of the root filesystem below it. */
  readonly reads: Reads;
}

/** Runs package-manager commands, then puts back what a package overwrote of the overrides. */
export interface TransactionStep extends Omit<RunStep, 'kind'> {
  readonly kind: 'transaction';
  /** All that is in place by then, and must be so afterwards. */
  readonly overrides: readonly EffectiveEntry[];
  /** What it installs of packages.yaml, with the values as they are there: a lock is made from it. */
  readonly installs?: Installs;
  /** Set when a lock says which files are installed; `command` names them below `store`. */
  readonly locked?: LockedInstall;
}

/** A list of packages.yaml that a transaction installs. */
export interface Installs {
  readonly list: LockedList;
  /** In the order of the step's `names`. */
  readonly requested: readonly Entry<string>[];
  /** Whether the RPMs of dep-builders are part of the transaction. */
  readonly builtRpms: 'with' | 'without';
}

/** The files of a lock that a transaction installs. */
export interface LockedInstall {
  readonly packages: readonly LockedPackage[];
  /** Where RPMs lie by checksum: on this machine, and for the package manager. */
  readonly store: BindMount;
  /** The command that locks anew; for messages. */
  readonly relock: string;
}

/** Makes sure that every section of a repository definition checks signatures. */
export interface RequireSignaturesStep extends StepBase {
  readonly kind: 'require-signatures';
  readonly path: string;
  readonly repository: Entry<Repository>;
}

/** Removes paths, whatever is below them too. */
export interface RemovePathsStep extends StepBase {
  readonly kind: 'remove-paths';
  readonly paths: readonly Entry<string>[];
  /** What is said of a path that is not there; the checkpoint before may have removed it. */
  readonly absent: 'note' | 'accept';
}

/**
 * Keeps what the package stages have left, as an image that later builds go on from; the rest of this build does, too. First
 * it removes what the image will not have: what a layer holds stays in it, whatever later layers remove.
 */
export interface CheckpointStep extends StepBase {
  readonly kind: 'checkpoint';
  readonly paths: readonly Entry<string>[];
  readonly clean: Pick<CleanStep, 'empty' | 'files' | 'emptyFiles'>;
}

/** Runs a script of a variant. */
export interface ScriptStep extends StepBase {
  readonly kind: 'script';
  readonly variant: string;
  /** Absolute path on the host. */
  readonly file: string;
  /** SHA-256 of the script, hexadecimal. */
  readonly sha256: string;
  /** SHA-256 of what counts of the script, and of what it is run with: comments do not. */
  readonly contentKey: string;
  /** What its header `# reads:` declares; everything without one. */
  readonly reads: Reads;
  /** The variant's folder on the host. */
  readonly context: string;
  readonly mounts: readonly BindMount[];
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly [string, ...string[]];
}

/** Removes what must not be in an image. */
export interface CleanStep extends StepBase {
  readonly kind: 'clean';
  /** Directories whose content is removed. */
  readonly empty: readonly string[];
  /** Files that are removed. */
  readonly files: readonly string[];
  /** Files that are removed when they are empty: places where buildah mounts its own. */
  readonly emptyFiles: readonly string[];
}

/** Commits the image and gives it its name. */
export interface CommitStep extends StepBase {
  readonly kind: 'commit';
  readonly reference: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** One thing that a sub-stage does. Data only: running it takes no further decision. */
export type Step =
  | CheckRootStep
  | WriteFileStep
  | CopyDependenciesStep
  | DownloadStep
  | ApplyOverridesStep
  | RunStep
  | TransactionStep
  | RequireSignaturesStep
  | EnableQuadletsStep
  | WriteOsReleaseStep
  | RemovePathsStep
  | CheckpointStep
  | ScriptStep
  | CleanStep
  | CommitStep;

/** Whether a step starts programs in the container; the others work on its files, or end with it. */
export function startsProgram(step: Step): boolean {
  switch (step.kind) {
    case 'copy-dependencies':
    case 'download':
    case 'run':
    case 'transaction':
    case 'require-signatures':
    case 'script':
      return true;
    case 'check-root':
    case 'write-file':
    case 'apply-overrides':
    case 'enable-quadlets':
    case 'write-os-release':
    case 'remove-paths':
    case 'checkpoint':
    case 'clean':
    case 'commit':
      return false;
  }
}
