import { createHash } from 'node:crypto';
import { DiagnosticError } from '@immutablue/diagnostics';
import {
  CommandError,
  type Argv,
  detailsOf,
  parseJson,
  parseReference,
  pullArgv,
  runCommand,
  toDigest,
  toImageId,
  tryCommand,
  type Digest,
  type ImageDetails,
  type ImageId,
} from '@immutablue/oci';
import * as z from 'zod';
import type { Ledger } from '../ledger/ledger';
import { findDeferredUpstream, findKnownImage } from './deferred';

/** An upstream image of a registry. */
export interface UpstreamImage {
  readonly reference: string;
  /** As OCI says it: `amd64`. */
  readonly architecture: string;
  /** The variant for which it is asked. */
  readonly variant: string;
  readonly signal: AbortSignal;
}

/** Pulls an upstream image. @throws {DiagnosticError} `oci/registry-refused`; `oci/no-space`. */
export async function pullUpstream({ reference, architecture, variant, signal }: UpstreamImage): Promise<ImageId> {
  try {
    const { stdout } = await runCommand(pullArgv(reference, architecture), { signal, proxies: 'passed' });
    return toImageId(stdout.trim());
  } catch (error) {
    if (!(error instanceof CommandError) || error.diagnostics[0].code === 'oci/no-space') throw error;
    throw new DiagnosticError(
      {
        code: 'oci/registry-refused',
        message: `the image \`${reference}\`, which \`${variant}\` stands on, cannot be pulled`,
        notes: error.result.tail.slice(-5),
        hint: `is there a network, and is the name right? Without a network: \`npx nx build ${variant} -c lab\``,
      },
      { cause: error },
    );
  }
}

/**
 * The image that has a name in a registry at present. One that this machine has not is deferred: it is pulled, by its digest, when
 * something reads it.
 *
 * @returns undefined when it cannot be told without pulling it.
 */
export async function resolveUpstream(image: UpstreamImage, ledger: Ledger): Promise<ImageDetails | undefined> {
  const found = await inspectUpstream(image);
  const details = found && detailsOf(found.config, found.digest);
  if (found === undefined || details?.architecture !== image.architecture) return undefined;
  const older = await findDeferredUpstream(ledger, image.reference, image.architecture);
  // The name stood for that until now.
  if (older !== undefined && older !== details.id) await ledger.forget('deferred', older);
  const known = await findKnownImage(ledger, details.id);
  if (known !== undefined) return known;
  await ledger.write('deferred', details.id, { from: 'upstream', name: image.reference, ...found });
  return details;
}

/** What a registry says of an image. */
interface InspectedImage {
  /** The image by its digest. */
  readonly reference: string;
  /** Of its manifest. */
  readonly digest: Digest;
  readonly config: string;
}

const indexSchema = z.object({
  manifests: z.array(
    z.object({ digest: z.string(), platform: z.object({ architecture: z.string(), os: z.string() }).optional() }),
  ),
});
const manifestSchema = z.object({ config: z.object({ digest: z.string() }) });

async function inspectUpstream({
  reference,
  architecture,
  signal,
}: UpstreamImage): Promise<InspectedImage | undefined> {
  const inspect = async (place: string, ...options: readonly string[]) => {
    const argv: Argv = ['skopeo', 'inspect', '--raw', ...options, `docker://${place}`];
    const { exitCode, stdout } = await tryCommand(argv, { signal, proxies: 'passed' });
    return exitCode === 0 ? stdout : '';
  };
  const place = parseReference(reference);
  const named = await inspect(reference);
  if (place === undefined || named === '' || ![undefined, digestOf(named)].includes(place.digest)) return undefined;
  const index = indexSchema.safeParse(parseJson(named)).data;
  const digest = index === undefined ? digestOf(named) : instanceOf(index, architecture);
  if (digest === undefined) return undefined;
  const byDigest = `${place.registry}/${place.repository}@${digest}`;
  const manifest = index === undefined ? named : await inspect(byDigest);
  const config = await inspect(byDigest, '--config');
  // What programs print comes line by line: the bytes may have been others.
  const isWhole =
    digestOf(manifest) === digest &&
    manifestSchema.safeParse(parseJson(manifest)).data?.config.digest === digestOf(config);
  // A name with a digest is kept: by it the image is found when it was pulled.
  return isWhole ? { reference: place.digest === undefined ? byDigest : reference, digest, config } : undefined;
}

function instanceOf({ manifests }: z.output<typeof indexSchema>, architecture: string): Digest | undefined {
  const found = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === architecture);
  return found && toDigest(found.digest);
}

function digestOf(text: string): Digest {
  return toDigest(`sha256:${createHash('sha256').update(text).digest('hex')}`);
}
