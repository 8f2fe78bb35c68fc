import { count, DiagnosticError, print } from '@immutablue/diagnostics';
import { parseReference } from '@immutablue/oci';
import { pruneRepository, repositoryOf, type Destination } from '@immutablue/publish';
import { readFamily } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { variantsDirectoryOf } from '../../shared/plan';
import type { prune } from './definition';

/** Removes tags that nothing needs any more from the repositories of the family. */
export const run: Run<typeof prune> = async (task, signal) => {
  const { weeks, newest, pullRequestDays, dryRun, registry = task.plugin.registry } = task.options;
  const { variants } = await readFamily(variantsDirectoryOf(task));
  const names = new Set(variants.map((variant) => repositoryOf(variant, { ...task.plugin, registry })));
  const mode = dryRun ? 'show' : 'remove';
  const policy = { weeks, newest, pullRequestDays };
  for (const name of names) {
    const { tags } = await pruneRepository(destinationOf(name), { policy, now: new Date(), mode, signal });
    const outcome = mode === 'show' ? 'would be removed' : 'removed';
    print(`${name}: ${tags.length === 0 ? 'nothing to remove' : `${count(tags.length, 'tag')} ${outcome}`}`);
    for (const tag of tags) print(`  ${tag}`);
  }
};

/** @throws {DiagnosticError} `publish/not-a-registry` when `name` is none of an image. */
function destinationOf(name: string): Destination {
  const reference = parseReference(name);
  if (reference !== undefined) return { host: reference.registry, repository: reference.repository };
  throw new DiagnosticError({
    code: 'publish/not-a-registry',
    message: `\`${name}\` is not a registry with a namespace`,
    hint: 'like `quay.io/immutablue` or `127.0.0.1:5000/immutablue`',
  });
}
