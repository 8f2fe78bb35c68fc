import { type AllowedFailedUnit, type BootCheck, type BootChecks, type PlacedFile } from './boot-checks';

/** What one variant contributes. */
export interface VariantBootChecks {
  readonly variant: string;
  readonly checks: BootChecks;
}

/** A check, and the variant whose file has it. */
export interface PlannedCheck extends BootCheck {
  readonly variant: string;
}

/** What is placed, run and allowed when an image is booted: of all that it stands on, its own last. */
export interface BootPlan {
  readonly files: readonly PlacedFile[];
  readonly checks: readonly PlannedCheck[];
  readonly allowedFailedUnits: readonly AllowedFailedUnit[];
  /** How many times the machine is booted. */
  readonly boots: 1 | 2;
}

/** Joins the files of a line of variants, the lowest first. Of two files for the same path the later one is placed. */
export function planBoot(line: readonly VariantBootChecks[]): BootPlan {
  const checks = line.flatMap(({ variant, checks: own }) => own.checks.map((check) => ({ ...check, variant })));
  const files = new Map(line.flatMap(({ checks: own }) => own.files.map((file) => [file.path, file] as const)));
  return {
    files: [...files.values()],
    checks,
    allowedFailedUnits: line.flatMap(({ checks: own }) => own.allowedFailedUnits),
    boots: checks.some(({ boot }) => boot === 'second') ? 2 : 1,
  };
}

/** The checks of one boot, which is counted from 1. */
export function checksOfBoot(plan: BootPlan, boot: number): readonly PlannedCheck[] {
  return plan.checks.filter((check) => check.boot === 'every' || check.boot === (boot === 1 ? 'first' : 'second'));
}
