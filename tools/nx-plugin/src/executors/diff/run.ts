import { join } from 'node:path';
import { compareImages, releaseNote, renderDifference, type ImageSource } from '@immutablue/compare';
import { DiagnosticError, lineWriter, print, printJson, startHeartbeat } from '@immutablue/diagnostics';
import { isLocal, parseReference, requireArchitecture, requireBuildHost, writeAtomically } from '@immutablue/oci';
import { openRegistry, type Registry } from '@immutablue/registry';
import { readImageRecord, type ImageRecord } from '@immutablue/stage-runner';
import { ociArchitecture } from '@immutablue/variant';
import type * as z from 'zod';
import type { Run } from '../../shared/command';
import { fetchBuiltImage } from '../../shared/fetch-images';
import { planRequestOf, variantsDirectoryOf } from '../../shared/plan';
import type { Task } from '../../shared/task';
import type { diff } from './definition';

type Options = z.output<(typeof diff)['options']>;

/** Says how the image that was built last differs from a published one. */
export const run: Run<typeof diff> = async (task, signal) => {
  const { ref, to, json, markdown } = task.options;
  if (json && markdown) {
    throw new DiagnosticError({
      code: 'options/wrong',
      message: 'it is printed as --json or as --markdown, not as both',
    });
  }
  await requireBuildHost();
  const directory = join(variantsDirectoryOf(task), task.variant);
  const record = requireRecord(await readImageRecord(directory), task);
  await requireArchitecture(ociArchitecture(record.arch));
  if (to === undefined) await fetchBuiltImage(task, record, signal);
  const registries = new Map<string, Registry>();
  // Standard output is the difference alone, for programs that read it.
  const onLine = lineWriter(process.stderr);
  const heartbeat = startHeartbeat((seconds) => {
    onLine(`still comparing after ${seconds} s`);
  });
  try {
    const difference = await compareImages({
      before: await sourceOf(task, ref, registries, signal),
      after:
        to === undefined
          ? { kind: 'stored', image: record.imageId, name: record.reference }
          : await sourceOf(task, to, registries, signal),
      architecture: record.arch,
      signal,
      onLine,
    });
    if (json) printJson(difference);
    else if (!markdown) print(renderDifference(difference));
    else {
      const note = releaseNote(difference);
      print(note.trimEnd());
      // Nx leaves out the empty lines of what tasks print: Markdown is something else without.
      await writeAtomically(join(directory, 'dist', 'release-note.md'), note);
    }
  } finally {
    heartbeat.stop();
    for (const registry of registries.values()) await registry.close();
  }
};

/** An image as a person names it: in full, in a registry; otherwise one of this machine. */
async function sourceOf(
  task: Task<Options>,
  text: string,
  registries: Map<string, Registry>,
  signal: AbortSignal,
): Promise<ImageSource> {
  const reference = parseReference(text);
  if (reference === undefined || isLocal(reference)) {
    await fetchBuiltImage(task, { reference: text }, signal);
    return { kind: 'stored', image: text, name: text };
  }
  const { registry: host, repository, tag = 'latest', digest = tag } = reference;
  const registry = registries.get(host) ?? (await openRegistry(host));
  registries.set(host, registry);
  return { kind: 'published', repository: registry.repository(repository), reference: digest };
}

function requireRecord(record: ImageRecord | undefined, task: Task<Options>): ImageRecord {
  const { release, upstream, architecture = record?.arch } = planRequestOf(task);
  const isMeant = record?.release === release && record.upstream === upstream && record.arch === architecture;
  if (isMeant) return record;
  throw new DiagnosticError({
    code: 'compare/not-built',
    message: `what was built last of \`${task.variant}\` is not an image of ${upstream} ${release}${architecture === undefined ? '' : ` for ${architecture}`}`,
    hint: `build it first: \`npx nx build ${task.variant}\``,
  });
}
