import { renderJunit, resultToJson, visibleJson, type CheckResult } from '@immutablue/diagnostics';

/** What became of one check of an image. */
export interface InspectionResult extends CheckResult {
  readonly name: string;
  readonly milliseconds: number;
}

export interface InspectionReport {
  readonly variant: string;
  readonly reference: string;
  readonly imageId: string;
  readonly checks: readonly InspectionResult[];
}

/** `dist/test.json`: every check with its status and all findings. */
export function inspectionJson({ variant, reference, imageId, checks }: InspectionReport, root: string): string {
  const content = { variant, reference, imageId, checks: checks.map((check) => resultToJson(check, root)) };
  return `${visibleJson(content)}\n`;
}

/** `dist/test.junit.xml`: a test case for each check. */
export function inspectionJunit({ variant, reference, checks }: InspectionReport, root: string): string {
  return renderJunit(reference, [{ name: reference, className: variant, results: checks }], root);
}
