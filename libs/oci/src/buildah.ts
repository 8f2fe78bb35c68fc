import { DiagnosticError } from '@immutablue/diagnostics';
import { z } from 'zod';
import { commitArgv, fromArgv, tagArgv } from './buildah-argv';
import { runCommand, tryCommand, type CommandOptions } from './process';
import { toDigest, toImageId, type Digest, type ImageId } from './reference';

/** What is known of an image in the store. */
export interface ImageDetails {
  readonly id: ImageId;
  readonly digest: Digest;
  /** OCI architecture, `amd64` for example. */
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  /** diffIDs, lowest layer first. */
  readonly layers: readonly Digest[];
  /** Seconds since 1970. */
  readonly created: number;
}

// https://github.com/opencontainers/image-spec/blob/main/config.md, as `buildah inspect` wraps it.
const inspectSchema = z.object({
  FromImageID: z.string(),
  FromImageDigest: z.string(),
  OCIv1: z.object({
    created: z.string().optional(),
    architecture: z.string(),
    config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).optional(),
    rootfs: z.object({ diff_ids: z.array(z.string()).nullable() }),
  }),
});

/** An image of the store by ID or reference, or undefined when the store has none of that name. */
export async function findImage(image: string): Promise<ImageDetails | undefined> {
  const result = await tryCommand(['buildah', 'inspect', '--type', 'image', image]);
  if (result.exitCode !== 0) {
    // A store that cannot be read is not an image that is missing.
    if (result.tail.some((line) => /not known|no such image|image not known|does not resolve/i.test(line))) {
      return undefined;
    }
    await runCommand(['buildah', 'images', '--quiet']);
    return undefined;
  }
  const found = inspectSchema.parse(JSON.parse(result.stdout));
  return {
    id: toImageId(found.FromImageID),
    digest: toDigest(found.FromImageDigest),
    architecture: found.OCIv1.architecture,
    labels: found.OCIv1.config?.Labels ?? {},
    layers: (found.OCIv1.rootfs.diff_ids ?? []).map(toDigest),
    created: Math.floor(Date.parse(found.OCIv1.created ?? '1970-01-01T00:00:00Z') / 1000),
  };
}

/** Like {@link findImage}. @throws {DiagnosticError} `oci/image-not-found` with `hint` when there is none. */
export async function requireImage(image: string, hint: string): Promise<ImageDetails> {
  const details = await findImage(image);
  if (details !== undefined) return details;
  throw new DiagnosticError({
    code: 'oci/image-not-found',
    message: `the image \`${image}\` is not on this machine`,
    hint,
  });
}

/** Makes a working container from an image in the store. */
export async function createContainer(image: string, name: string, options?: CommandOptions): Promise<void> {
  await runCommand(fromArgv(image, name), options);
}

/** Mounts a container's root filesystem and gives the path. An ordinary user must be inside `buildah unshare`. */
export async function mountContainer(name: string, options?: CommandOptions): Promise<string> {
  const { stdout } = await runCommand(['buildah', 'mount', name], options);
  return stdout.trim();
}

/** Commits a container as an image without a name and gives the image's ID. */
export async function commitContainer(name: string, created: number, options?: CommandOptions): Promise<ImageId> {
  const { stdout } = await runCommand(commitArgv(name, created), options);
  return toImageId(stdout.trim().split('\n').at(-1) ?? '');
}

/** Gives an image a name. */
export async function tagImage(image: ImageId, reference: string): Promise<void> {
  await runCommand(tagArgv(image, reference));
}

/** The size of an image's layers in the store, in bytes, as `buildah images` gives it. */
export async function imageSize(image: ImageId): Promise<string> {
  const { stdout } = await runCommand([
    'buildah',
    'images',
    '--noheading',
    '--format',
    '{{.ID}} {{.Size}}',
    '--no-trunc',
  ]);
  const line = stdout.split('\n').find((row) => row.includes(image));
  return line?.slice(line.indexOf(' ') + 1) ?? 'unknown size';
}
