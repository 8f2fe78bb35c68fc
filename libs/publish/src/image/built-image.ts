import { join } from 'node:path';
import { DiagnosticError, quoteNames } from '@immutablue/diagnostics';
import {
  findImage,
  readConfigBytes,
  readIfThere,
  toDigest,
  toImageId,
  type Digest,
  type ImageId,
} from '@immutablue/oci';
import { keysOf, type BuildPlan } from '@immutablue/plan';
import { readDepBuilderImages, readImageRecord, type ImageRecord } from '@immutablue/stage-runner';
import { selectionArguments } from '@immutablue/variant';
import * as z from 'zod';

/** What is published: an image that was built from the present plan, and tested. */
export interface BuiltImage {
  readonly id: ImageId;
  readonly record: ImageRecord;
  /** Its configuration, as its bytes are. */
  readonly config: Buffer;
  /** diffIDs, the lowest first. */
  readonly layers: readonly Digest[];
}

/**
 * The image that `dist/image.json` names. Nothing is built, and no name is looked at: names can be moved.
 *
 * @throws {DiagnosticError} `publish/not-built`, `publish/outdated`, `publish/not-tested`, `publish/tests-failed`.
 */
export async function readBuiltImage(plan: BuildPlan, variantsDirectory: string): Promise<BuiltImage> {
  const directory = join(variantsDirectory, plan.variant);
  const record = await readImageRecord(directory);
  const id = toImageId(requireBuilt(record, plan).imageId);
  if ((await findImage(id)) === undefined)
    throw notBuilt(plan, 'the image that `dist/image.json` names is not on this machine');
  const built = requireBuilt(record, plan);
  await requirePresentPlan(plan, built, directory);
  requireTests(plan, id, await readIfThere(join(directory, 'dist', 'test.json')));
  return { id, record: built, config: await readConfigBytes(id), layers: built.layers.map(toDigest) };
}

function requireBuilt(record: ImageRecord | undefined, plan: BuildPlan): ImageRecord {
  if (record === undefined) throw notBuilt(plan, `\`${plan.variant}\` was not built yet`);
  const { release, arch, upstream } = record;
  if (release === plan.release && arch === plan.architecture && upstream === plan.upstream) return record;
  throw notBuilt(
    plan,
    `the last build of \`${plan.variant}\` was for ${release}, ${arch}, ${upstream}; asked for is ${plan.release}, ${plan.architecture}, ${plan.upstream}`,
  );
}

function notBuilt(plan: BuildPlan, message: string): DiagnosticError {
  return new DiagnosticError({ code: 'publish/not-built', message, hint: testCommand(plan) });
}

/** Its sources may have changed since: then nothing would say what the image was made from. */
async function requirePresentPlan(plan: BuildPlan, { labels }: ImageRecord, directory: string): Promise<void> {
  const key = keysOf(plan, await readDepBuilderImages(plan, directory)).rest;
  if (labels['io.immutablue.build-key'] === key) return;
  throw new DiagnosticError({
    code: 'publish/outdated',
    message: `the image of \`${plan.variant}\` was built from other files than are here now`,
    hint: `${testCommand(plan)}; \`npx nx run ${plan.variant}:explain\` says what has changed`,
  });
}

function testCommand({ variant, ...selection }: BuildPlan): string {
  return `build and test it: \`npx nx test ${variant}${selectionArguments(selection)}\``;
}

/** What of `dist/test.json` counts here. */
const testsSchema = z.looseObject({
  imageId: z.string(),
  checks: z.array(z.looseObject({ name: z.string(), status: z.enum(['ok', 'allowed', 'absent', 'failed']) })).min(1),
});

/** @throws {DiagnosticError} `publish/not-tested`, `publish/tests-failed`. */
export function requireTests(plan: BuildPlan, id: ImageId, text: string | undefined): void {
  const tests = testsSchema.safeParse(text === undefined ? undefined : parseJson(text));
  if (!tests.success || tests.data.imageId !== id) {
    const what = tests.success ? 'the tests in `dist/test.json` are of another image' : 'it was not tested';
    throw new DiagnosticError({
      code: 'publish/not-tested',
      message: `the image of \`${plan.variant}\` is not published: ${what}`,
      hint: testCommand(plan),
    });
  }
  const failed = tests.data.checks.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (failed.length === 0) return;
  throw new DiagnosticError({
    code: 'publish/tests-failed',
    message: `the image of \`${plan.variant}\` is not published: its tests failed: ${quoteNames(failed)}`,
    hint: `\`npx nx test ${plan.variant}\` says why`,
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged counts as not there.
    return undefined;
  }
}
