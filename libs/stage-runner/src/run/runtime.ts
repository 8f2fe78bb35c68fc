import { copyFromImageArgv, runCommand } from '@immutablue/oci';
import { DiagnosticError } from '@immutablue/diagnostics';
import type { StepRuntime } from '@immutablue/plan';
import { layersOf } from '../cache/parent-changes';
import { runStepCommand } from './command';
import type { RunContext } from './context';
import { installLocked } from './locked/install';
import { placePinnedFile } from './pinned-file';

/** What a step is given to work on, from what the build knows. */
export function runtimeOf(context: RunContext, commit: () => Promise<void>): StepRuntime {
  const { plan, parent, root, snapshot, signal, stage } = context;
  return {
    variant: plan.variant,
    parent: { reference: plan.parent.reference, architecture: parent.architecture, created: parent.created },
    root,
    notice: (message) => {
      context.emit({ kind: 'notice', stage, message });
    },
    command: (command) => runStepCommand(context, command),
    installLocked: (installation) => installLocked(context, installation),
    copyDepBuilder: async (variant) => {
      const image = context.depBuilderImages.get(variant);
      if (image === undefined) {
        throw new DiagnosticError({
          code: 'build/parent-missing',
          message: `what the dep-builder of \`${variant}\` makes for \`${plan.variant}\` is not there`,
          hint: `build it: \`npx nx deps ${plan.variant}\``,
        });
      }
      await runCommand(copyFromImageArgv(context.container, image), { signal });
    },
    placePinnedFile: (file) => placePinnedFile(context, file),
    contentOf: snapshot.contentOf,
    packagePaths: async () => {
      const entries = (await layersOf(context.packagesLayers)).flatMap((layer) => layer.entries);
      return new Set(entries.filter(({ type }) => type !== 'directory').map(({ path }) => path));
    },
    commit,
  };
}
