import { print } from '@immutablue/diagnostics';
import { requireBuildHost } from '@immutablue/oci';
import { collectGarbage, renderCollection } from '@immutablue/stage-runner';
import type { Run } from '../../shared/command';
import { variantsDirectoryOf } from '../../shared/plan';
import type { gc } from './definition';

/** Removes images that were built here and that nothing asks for any more. */
export const run: Run<typeof gc> = async ({ workspaceRoot, plugin, options, ...task }, signal) => {
  await requireBuildHost();
  const mode = options.dryRun ? 'show' : 'remove';
  const collection = await collectGarbage({
    workspaceRoot,
    variantsDirectory: variantsDirectoryOf({ workspaceRoot, plugin, options, ...task }),
    settings: plugin,
    limit: options.diskSize ?? plugin.diskSize ?? 0,
    mode,
    signal,
    onWait: (holder) => {
      print(`waiting until the builds that run have ended (${holder})`);
    },
  });
  print(renderCollection(collection));
};
