import { join } from 'node:path';
import { count, formatBytes, print, visible } from '@immutablue/diagnostics';
import { requireBuildHost, writeAtomically } from '@immutablue/oci';
import { cyclonedxDocument, readContents, spdxDocument, type ImageContents } from '@immutablue/sbom';
import type { Run } from '../../shared/command';
import { fetchBuiltImage } from '../../shared/fetch-images';
import { planOfTask, planRequestOf, variantsDirectoryOf } from '../../shared/plan';
import type { sbom } from './definition';

/** Writes what the image of a variant's last build holds into `dist/`, in both formats. */
export const run: Run<typeof sbom> = async (task, signal) => {
  await requireBuildHost();
  await fetchBuiltImage(task, await planOfTask(task), signal);
  const contents = await readContents({ ...planRequestOf(task), signal });
  const documents = {
    'sbom.spdx.json': spdxDocument(contents, contents.subject),
    'sbom.cdx.json': cyclonedxDocument(contents, contents.subject),
  };
  print(visible(summary(contents)));
  for (const [name, text] of Object.entries(documents)) {
    const path = join(variantsDirectoryOf(task), task.variant, 'dist', name);
    await writeAtomically(path, text);
    print(`  dist/${name}: ${formatBytes(Buffer.byteLength(text))}`);
  }
};

function summary({ subject, packages, downloads, overrides }: ImageContents): string {
  const counts = new Map<string, number>();
  for (const { origin } of packages) {
    const owner = origin.kind === 'upstream' ? origin.image : origin.variant;
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const owners = [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([owner, number]) => `${number} of ${owner}`);
  const things = [
    `${count(packages.length, 'package')} (${owners.join(', ')})`,
    count(downloads.length, 'pinned file'),
    count(overrides.length, 'override file'),
  ];
  return `${subject.repository}:${subject.version}: ${things.join(', ')}`;
}
