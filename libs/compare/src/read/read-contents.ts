import { readLayers, readStore, runInContainer, withContainer, type Digest, type ImageDetails } from '@immutablue/oci';
import { installedPackages, queryInstalled } from '@immutablue/stage-runner';
import type { Architecture } from '@immutablue/variant';
import type { ComparedImage, ImageContents } from '../difference';
import { rootTree, type RootTree } from '../root-tree';
import type { SizedLayer } from '../size';

/** An image of the store that is read. */
export interface ReadableImage {
  readonly image: ComparedImage;
  readonly details: ImageDetails;
  readonly architecture: Architecture;
  /** As which a registry has its layers, by diffID. */
  readonly blobs: ReadonlyMap<Digest, NonNullable<SizedLayer['blob']>>;
}

const KERNEL_ARGUMENTS = /^\/usr\/lib\/bootc\/kargs\.d\/[^/]+\.toml$/;
const PACKAGE_DATABASE =
  /^\/(?:usr\/lib\/sysimage\/rpm|usr\/share\/rpm|var\/lib\/rpm)\/(?:rpmdb\.sqlite|Packages(?:\.db)?)$/;

/**
 * Reads what is compared of an image: files from the records of its layers, the rest by the image's own programs.
 *
 * @throws {DiagnosticError} `oci/layer-not-found`; `oci/command-failed` when its rpm cannot read its package database.
 */
export async function readContents(readable: ReadableImage, signal?: AbortSignal): Promise<ImageContents> {
  const { image, details, architecture, blobs } = readable;
  const tree = rootTree(await readLayers(details.layers));
  const sizes = new Map([...(await readStore()).layers.values()].map(({ diffId, bytes }) => [diffId, bytes]));
  const layers = details.layers.map((diffId): SizedLayer => {
    const blob = blobs.get(diffId);
    return { diffId, bytes: sizes.get(diffId) ?? 0, ...(blob === undefined ? {} : { blob }) };
  });
  return { image, architecture, tree, layers, ...(await askPrograms(details, tree, signal)) };
}

type Asked = Pick<ImageContents, 'packages' | 'packageFiles' | 'kernelArgumentFiles'>;

async function askPrograms(
  details: ImageDetails,
  tree: RootTree,
  signal = new AbortController().signal,
): Promise<Asked> {
  const paths = [...tree.keys()];
  const settings = paths.filter((path) => KERNEL_ARGUMENTS.test(path)).sort();
  const hasPackages = paths.some((path) => PACKAGE_DATABASE.test(path));
  if (settings.length === 0 && !hasPackages) return { packages: [], packageFiles: new Map(), kernelArgumentFiles: [] };
  return withContainer(details, 'compare', signal, async (container) => {
    const kernelArgumentFiles = [];
    for (const path of settings) {
      const { stdout } = await runInContainer({ container, command: ['cat', path] }, { signal });
      kernelArgumentFiles.push({ path, text: stdout });
    }
    if (!hasPackages) return { packages: [], packageFiles: new Map(), kernelArgumentFiles };
    return {
      packages: await installedPackages({ container, signal }),
      packageFiles: parsePackageFiles(await queryInstalled({ container, signal }, FILES_FORMAT)),
      kernelArgumentFiles,
    };
  });
}

/** A line for each package, and one for each of its files, which begins with a tab. */
const FILES_FORMAT = '%{NAME}\\n[\\t%{FILENAMES}\\n]';

function parsePackageFiles(text: string): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  let own: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('\t')) {
      own.push(line.slice(1));
      continue;
    }
    // There may be several versions of one.
    own = files.get(line) ?? [];
    files.set(line, own);
  }
  return files;
}
