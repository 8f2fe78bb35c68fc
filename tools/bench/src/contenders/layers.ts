import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv } from '@immutablue/oci';
import { writeContainerfile } from '@immutablue/containerfile';
import type { BenchWorkspace } from '../bench-workspace';
import { HAND_ENVIRONMENT, measure } from '../measure';
import { addSamples, type Sample } from '../statistics';
import type { Contender } from './contender';
import { emptyStore } from './store';

/** The Containerfiles of the same plans, one per variant, built in the order of the family by `buildah build --layers`. */
export async function layers(bench: BenchWorkspace): Promise<Contender> {
  const store = await bench.addStore('layers');
  const folder = join(bench.scratch, 'containerfiles');
  // buildah keeps what `--mount=type=cache` holds there.
  const temporary = join(bench.scratch, 'layers-tmp');
  await mkdir(temporary);
  // A build from nothing takes no layer from anywhere.
  let cache: 'use' | 'renew' = 'use';
  return {
    name: 'layers',
    reset: async () => {
      cache = 'renew';
      await emptyStore(store);
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary);
    },
    prepare: async () => {
      for (const variant of await bench.family()) {
        const output = join(folder, variant);
        await writeContainerfile(await bench.plan(variant), { workspaceRoot: bench.workspace.root, output });
      }
    },
    build: async (variants, expect) => {
      let sample: Sample = { seconds: 0, writtenBytes: 0 };
      for (const variant of variants) {
        const { reference } = await bench.plan(variant);
        const measured = await measure(buildArgv(join(folder, variant), reference, bench, cache), {
          cwd: bench.scratch,
          environment: { ...store.environment, ...HAND_ENVIRONMENT, TMPDIR: temporary },
          ...(expect === undefined ? {} : { expect }),
        });
        sample = addSamples(sample, measured);
      }
      cache = 'use';
      return sample;
    },
  };
}

function buildArgv(folder: string, reference: string, { repository }: BenchWorkspace, cache: 'use' | 'renew'): Argv {
  return [
    ...(['buildah', 'build', '--layers', '--isolation', 'chroot'] as const),
    ...(cache === 'renew' ? ['--no-cache'] : []),
    ...['--build-context', `lab=${repository}`],
    ...['--file', join(folder, 'Containerfile')],
    ...['--tag', reference],
    join(folder, 'context'),
  ];
}
