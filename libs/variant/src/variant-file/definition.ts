import { type SourceLocation } from '@immutablue/diagnostics';
import { type BuildOption, type VariantName } from '../names';
import { type Platform } from '../platform';

/** A value and the place in a file where it is written. */
export interface Located<T> {
  readonly value: T;
  readonly location: SourceLocation;
}

/** Mode and owner of an override, where they are to differ from the file in the tree. */
export interface Permission {
  /** The override's absolute path in the root filesystem. */
  readonly path: string;
  /** Permission bits; the tree's when not given. */
  readonly mode?: number;
  /** Name or number; root when not stated. */
  readonly owner: string;
  readonly group: string;
  readonly location: SourceLocation;
}

/** A finding of `nx test` that is meant to be. */
export interface AllowedFinding {
  /** Name of the check that finds it. */
  readonly check: string;
  /** The absolute path in the image that is allowed, and what is below it; every finding of the check when not given. */
  readonly path?: string;
  /** Why it is right as it is. */
  readonly reason: string;
  readonly location: SourceLocation;
}

/** A variant.yaml, checked on its own: what it says of other variants is not looked up yet (see `createFamily`). */
export interface VariantDefinition {
  readonly file: string;
  readonly name: Located<VariantName>;
  readonly description: string;
  /** A variant's name, or a reference of an upstream image; as written. */
  readonly from: Located<string>;
  readonly apply: readonly Located<VariantName>[];
  /** The image's name without registry and tag. Its location is that of `name` when the file does not state it. */
  readonly image: Located<string>;
  /** The variant's own build options, without its parent's. */
  readonly options: readonly Located<BuildOption>[];
  readonly platforms: readonly Located<Platform>[];
  readonly permissions: readonly Permission[];
  /** Names of what scripts and the dep-builder may ask for. */
  readonly secrets: readonly Located<string>[];
  readonly allow: readonly AllowedFinding[];
}
