import type { RootFilesystem } from '@immutablue/overrides';
import type { PlanCheck } from '../../check';
import type { Finding } from '../../finding';
import { isRemovedBy, type Layer, type Whiteout } from '@immutablue/oci';

export const layers: PlanCheck = {
  kind: 'plan',
  name: 'layers',
  title: "layers begin with the parent's, at most two are its own",
  run: ({ image, ancestors: [parent] }) => {
    const begins = parent.image.layers.every((layer, index) => image.layers[index] === layer);
    const own = image.layers.length - parent.image.layers.length;
    return Promise.resolve([
      ...(begins ? [] : [{ message: 'the layers do not begin with those of the parent' }]),
      ...(own >= 1 && own <= 2 ? [] : [{ message: `the image has ${own} layers of its own` }]),
    ]);
  },
};

/** What is deleted in a layer above its own takes up space on every machine, and can still be read. */
export const deletedFiles: PlanCheck = {
  kind: 'plan',
  name: 'deleted-files',
  title: 'no own layer holds what the variant deletes',
  run: async ({ ownLayers }) => findDeletedFiles(await ownLayers()),
};

/** The entries of layers that a higher one of them removes; of a directory with all that is in it the directory alone. */
export function findDeletedFiles(own: readonly Layer[]): Finding[] {
  return own.flatMap((layer, index) => {
    const whiteouts = own.slice(index + 1).flatMap((higher) => higher.whiteouts);
    const deleted = layer.entries.filter(({ path }) => whiteouts.some((whiteout) => isRemovedBy(path, whiteout)));
    const paths = new Set(deleted.map(({ path }) => path));
    return deleted
      .filter(({ path }) => !paths.has(path.slice(0, path.lastIndexOf('/'))))
      .map(({ path, size }) => ({
        path,
        message: `\`${path}\` is deleted, and still in the own layer ${index + 1} (${size} bytes)`,
      }));
  });
}

export const whiteoutNames: PlanCheck = {
  kind: 'plan',
  name: 'whiteout-names',
  title: 'no real name in own layers begins with .wh.',
  run: async ({ ownLayers, ancestors: [parent] }) => findWhiteoutNames(await ownLayers(), (await parent.open()).root),
};

/**
 * A file that is really called `.wh.x` cannot be in an image: in a layer its name means that `x` is removed. So what shows it
 * is a whiteout that removes nothing, or that has content.
 */
export async function findWhiteoutNames(own: readonly Layer[], parent: RootFilesystem): Promise<Finding[]> {
  const findings: Finding[] = [];
  const below = new Set<string>();
  for (const { entries, whiteouts } of own) {
    for (const whiteout of whiteouts) {
      const removesSomething = below.has(whiteout.path) || (await parent.lstat(whiteout.path)) !== undefined;
      if (isPlain(whiteout) && removesSomething) continue;
      const { path } = whiteout.entry;
      findings.push({
        path,
        message: `\`${path}\` is in a layer, where it means that \`${whiteout.path}\` is removed`,
      });
    }
    for (const { path } of entries) {
      below.add(path);
      if (path.includes('/.wh.'))
        findings.push({ path, message: `\`${path}\` is below a name that begins with \`.wh.\`` });
    }
  }
  return findings;
}

/** Whether it looks as whiteouts do: an empty file. */
function isPlain({ entry }: Whiteout): boolean {
  return entry.size === 0 && (entry.type === 'file' || entry.type === 'hardlink');
}

export const selinuxLabels: PlanCheck = {
  kind: 'plan',
  name: 'selinux-labels',
  title: 'own layers hold no SELinux labels',
  run: async ({ ownLayers }) => findSelinuxLabels(await ownLayers()),
};

/** The entries of layers that are labelled. */
export function findSelinuxLabels(own: readonly Layer[]): Finding[] {
  return own
    .flatMap(({ entries }) => entries)
    .filter(({ extendedAttributes }) => 'security.selinux' in extendedAttributes)
    .map(({ path }) => ({
      path,
      message: `\`${path}\` has a label of SELinux, which belongs to the machine that built the image`,
    }));
}
