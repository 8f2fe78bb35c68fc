import { relative } from 'node:path';
import { mountContainer, withContainer, type ImageDetails } from '@immutablue/oci';
import { openRoot } from '@immutablue/overrides';
import { queryInstalled, type PlanRequest } from '@immutablue/stage-runner';
import { byName } from '@immutablue/variant';
import { findChain, type ImageChain, type VariantImage } from './chain';
import type { DepBuilderSource, ImageContents } from './contents';
import { filesOf } from './files';
import { packageOrigins, type ListedImage } from './origins';
import { PACKAGE_LIST_FORMAT, parsePackageList, type ListedPackage } from './rpm-list';

/** Which image is meant: as its plan was asked for when it was built. */
export interface ContentsRequest extends PlanRequest {
  readonly signal: AbortSignal;
}

/**
 * What the image that `dist/image.json` of a variant names holds, and what brought it. Images are not changed: they are looked at in
 * containers that are thrown away. An ordinary user must be inside `buildah unshare`.
 *
 * @throws {DiagnosticError} as {@link findChain}; `oci/unexpected-output` when rpm of an image says something else than its packages.
 */
export async function readContents(request: ContentsRequest): Promise<ImageContents> {
  const { workspaceRoot, signal } = request;
  const chain = await findChain(request);
  const [{ image, plan }, ...below] = chain.variants;
  const top = await inContainer(image, signal, async (container) => {
    // Before anything runs there: that leaves mount points behind.
    const root = await openRoot(await mountContainer(container, { signal }), { epochSeconds: image.created });
    const files = await filesOf(root, plansOf(chain), workspaceRoot);
    return { files, packages: await listPackages(container, signal) };
  });
  const listed = async ({ image: one, plan: made }: VariantImage): Promise<ListedImage> => ({
    packages: await packagesOf(one, signal),
    source: { kind: 'variant', plan: made },
  });
  const images: [ListedImage, ...ListedImage[]] = [{ packages: top.packages, source: { kind: 'variant', plan } }];
  for (const one of below) images.push(await listed(one));
  images.push({
    packages: await packagesOf(chain.upstream.image, signal),
    source: { kind: 'upstream', image: chain.upstream.name },
  });
  const origins = packageOrigins(images, workspaceRoot);
  const colon = plan.reference.lastIndexOf(':');
  return {
    variant: plan.variant,
    imageId: image.id,
    subject: {
      repository: plan.reference.slice(0, colon),
      version: plan.reference.slice(colon + 1),
      digest: image.digest,
      architecture: image.architecture,
      created: image.created,
    },
    packages: [...origins].map(([{ facts }, origin]) => ({ ...facts, origin })).sort(byName),
    ...top.files,
    depBuilders: depBuildersOf(chain, workspaceRoot),
  };
}

/** The lowest first. */
function plansOf({ variants }: ImageChain) {
  return variants.map(({ plan }) => plan).reverse();
}

/** Each once: what several variants apply is copied into each of their images. */
function depBuildersOf(chain: ImageChain, workspaceRoot: string): DepBuilderSource[] {
  const builders = plansOf(chain).flatMap(({ depBuilders }) => depBuilders);
  const variants = new Map(builders.map(({ containerfile, variant }) => [containerfile, variant]));
  return [...variants].map(([file, variant]) => ({ variant, containerfile: relative(workspaceRoot, file) }));
}

function packagesOf(image: ImageDetails, signal: AbortSignal): Promise<ListedPackage[]> {
  return inContainer(image, signal, (container) => listPackages(container, signal));
}

async function listPackages(container: string, signal: AbortSignal): Promise<ListedPackage[]> {
  return parsePackageList(await queryInstalled({ container, signal }, PACKAGE_LIST_FORMAT));
}

function inContainer<T>(image: ImageDetails, signal: AbortSignal, work: (container: string) => Promise<T>): Promise<T> {
  return withContainer(image, `sbom-${image.id.slice(0, 12)}`, signal, work);
}
