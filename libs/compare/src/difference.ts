import type { Digest } from '@immutablue/oci';
import type { Architecture, PackageVersion } from '@immutablue/variant';
import { fileDifference, type FileDifference } from './files';
import { kernelArgumentDifference, type KernelArgumentDifference, type KernelArgumentFile } from './kernel-arguments';
import { packageDifference, type PackageDifference } from './packages';
import { pathResolver, type RootTree } from './root-tree';
import { downloadOf, imageSize, type Download, type ImageSize, type SizedLayer } from './size';
import { unitDifference, type UnitChange } from './units';

/** One of two images that are compared. */
export interface ComparedImage {
  readonly name: string;
  /** That of its manifest in a registry; absent for an image that is in none. */
  readonly digest?: Digest;
}

/** What is compared of an image. */
export interface ImageContents {
  readonly image: ComparedImage;
  readonly architecture: Architecture;
  readonly packages: readonly PackageVersion[];
  /** By the name of the package, as it names them: a directory on the way may be a link. */
  readonly packageFiles: ReadonlyMap<string, readonly string[]>;
  readonly tree: RootTree;
  readonly kernelArgumentFiles: readonly KernelArgumentFile[];
  /** The lowest first. */
  readonly layers: readonly SizedLayer[];
}

/** How an image differs from one before it. */
export interface ImageDifference {
  readonly before: ComparedImage;
  readonly after: ComparedImage;
  readonly packages: PackageDifference;
  /** Below /usr and /etc, beside those of packages that changed. */
  readonly files: FileDifference;
  readonly units: readonly UnitChange[];
  readonly kernelArguments: KernelArgumentDifference;
  readonly size: { readonly before: ImageSize; readonly after: ImageSize };
  readonly download: Download;
}

/** Compares two images of the same architecture. Pure. */
export function compareContents(before: ImageContents, after: ImageContents): ImageDifference {
  const packages = packageDifference(before.packages, after.packages);
  const changes: readonly (readonly { readonly name: string }[])[] = Object.values(packages);
  const changed = changes.flat().map(({ name }) => name);
  const toldByPackages = new Set([...filesOf(before, changed), ...filesOf(after, changed)]);
  return {
    before: before.image,
    after: after.image,
    packages,
    files: fileDifference(before.tree, after.tree, (path) => toldByPackages.has(path)),
    units: unitDifference(before.tree, after.tree),
    kernelArguments: kernelArgumentDifference(
      before.kernelArgumentFiles,
      after.kernelArgumentFiles,
      after.architecture,
    ),
    size: { before: imageSize(before.layers), after: imageSize(after.layers) },
    download: downloadOf(before.layers, after.layers),
  };
}

function filesOf({ packageFiles, tree }: ImageContents, packages: readonly string[]): readonly string[] {
  const resolved = pathResolver(tree);
  return packages.flatMap((name) => (packageFiles.get(name) ?? []).map(resolved));
}
