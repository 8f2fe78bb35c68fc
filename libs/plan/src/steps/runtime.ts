import type { EffectiveEntry, RootFilesystem } from '@immutablue/overrides';
import type { Entry, LockedList, LockedPackage, ScriptletPolicy } from '@immutablue/variant';
import type { Credential } from '../credentials';
import type { Seen } from '../mounts';
import type { PlannedScript } from '../script';
import type { PinnedFile } from './pinned-file';

/** A program that runs in the root filesystem, as its root. */
export interface StepCommand {
  readonly argv: readonly [string, ...string[]];
  /** What it sees of this machine. */
  readonly sees: readonly Seen[];
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Whether it gets the proxies of this machine, whose addresses may hold a password: only what fetches something does. A
   * package's scriptlets run within the transaction that fetches it; scripts of variants never get them.
   */
  readonly proxies: 'passed' | 'withheld';
  /** What curl is given, where it is this that runs. */
  readonly credential?: Credential;
  readonly origin: CommandOrigin;
}

/** Where a command comes from: what it says when it fails is traced to there. */
export type CommandOrigin =
  | {
      readonly kind: 'names';
      readonly names: readonly Entry<string>[];
      /** The packages whose scriptlets may fail; without it the command runs no scriptlets. */
      readonly scriptlets?: readonly Entry<ScriptletPolicy>[];
    }
  /** It also sees the files of the script's variant that the plan lists. */
  | { readonly kind: 'script'; readonly script: PlannedScript };

/** A transaction that installs exactly what a lock lists. */
export interface LockedInstallation {
  readonly list: LockedList;
  readonly packages: readonly LockedPackage[];
  /** What packages.yaml asks for. */
  readonly requested: readonly Entry<string>[];
  /** Whether the RPMs of dep-builders are part of the transaction. */
  readonly builtRpms: 'with' | 'without';
  readonly sees: readonly Seen[];
  /** The command that locks again; for messages. */
  readonly relock: string;
  /** The command that installs these of the packages. */
  readonly commandFor: (packages: readonly LockedPackage[]) => StepCommand;
}

/** What a step works on while it runs. Nothing but this is touched by a step: planning and running stay apart. */
export interface StepRuntime {
  readonly variant: string;
  /** The image that the variant stands on. */
  readonly parent: {
    readonly reference: string;
    /** As the OCI image specification names it. */
    readonly architecture: string;
    /** Seconds since 1970. */
    readonly created: number;
  };
  readonly root: RootFilesystem;
  readonly notice: (message: string) => void;
  /** @throws {DiagnosticError} when it ends with another exit code than 0, with what it said and where it comes from. */
  readonly command: (command: StepCommand) => Promise<void>;
  readonly installLocked: (installation: LockedInstallation) => Promise<void>;
  /** Copies the root filesystem of what a variant's dep-builder made. */
  readonly copyDepBuilder: (variant: string) => Promise<void>;
  /** Fetches a pinned file where the cache has not got it, checks it and places it. */
  readonly placePinnedFile: (file: PinnedFile) => Promise<void>;
  /** Absolute path of a copy of the override as it was planned. */
  readonly contentOf: (entry: EffectiveEntry) => string;
  /** The paths in the checkpoint's layers, where this part of the build starts from one. */
  readonly packagePaths: () => Promise<ReadonlySet<string>>;
  /** Makes an image of the root filesystem; the last step of a part of a build. */
  readonly commit: () => Promise<void>;
}
