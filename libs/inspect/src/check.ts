import type { InspectContext } from './context';
import type { Finding } from './finding';
import type { ImageRoot } from './image-root';

interface CheckBase {
  /** Stable: variant.yaml names it in `allow`. */
  readonly name: string;
  /** What holds when the check finds nothing, as one line. */
  readonly title: string;
}

/**
 * Looks at nothing but a root filesystem, so that it can be done on the parent's too: what is there already in the same
 * state is the parent's.
 */
export interface RootCheck extends CheckBase {
  readonly kind: 'root';
  /** @throws {DiagnosticError} when it cannot be done. */
  readonly run: (image: ImageRoot) => Promise<readonly Finding[]>;
}

/** Compares an image with its plan: what it finds is the variant's own. */
export interface PlanCheck extends CheckBase {
  readonly kind: 'plan';
  /** @throws {DiagnosticError} when it cannot be done. */
  readonly run: (context: InspectContext) => Promise<readonly Finding[]>;
}

export type Check = RootCheck | PlanCheck;
