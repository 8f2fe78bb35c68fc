import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Argv } from '@immutablue/oci';
import { writeContainerfile } from '@immutablue/containerfile';
import type { BenchWorkspace } from '../bench-workspace';
import { HAND_ENVIRONMENT, measure } from '../measure';
import { addSamples, type Sample } from '../statistics';
import type { Contender } from './contender';
import { emptyStore } from './store';

/** Upstream's way: for each variant one RUN that loops over all scripts, from the upstream image, without a cache of layers. */
export async function singleRun(bench: BenchWorkspace): Promise<Contender> {
  const store = await bench.addStore('single-run');
  const folder = join(bench.scratch, 'single-run-files');
  const temporary = join(bench.scratch, 'single-run-tmp');
  await mkdir(temporary);
  return {
    name: 'single-run',
    reset: async () => {
      await emptyStore(store);
      await rm(temporary, { recursive: true, force: true });
      await mkdir(temporary);
    },
    prepare: async () => {
      for (const variant of await bench.family()) await writeSingleRun(bench, variant, join(folder, variant));
    },
    build: async (variants, expect) => {
      let sample: Sample = { seconds: 0, writtenBytes: 0 };
      for (const variant of variants) {
        const argv: Argv = [
          ...(['buildah', 'build', '--no-cache', '--isolation', 'chroot'] as const),
          ...['--build-context', `lab=${bench.repository}`],
          ...['--file', join(folder, variant, 'Containerfile')],
          ...['--tag', `localhost/single-run/${variant}:latest`],
          join(folder, variant, 'context'),
        ];
        const measured = await measure(argv, {
          cwd: bench.scratch,
          environment: { ...store.environment, ...HAND_ENVIRONMENT, TMPDIR: temporary },
          ...(expect === undefined ? {} : { expect }),
        });
        sample = addSamples(sample, measured);
      }
      return sample;
    },
  };
}

async function writeSingleRun(bench: BenchWorkspace, variant: string, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const members = await bench.lineage(variant);
  const builders: string[] = [];
  let upstream = '';
  for (const member of members) {
    const plan = await bench.plan(member);
    if (plan.parent.kind === 'upstream') upstream = plan.parent.reference;
    const output = join(folder, 'exports', member);
    const written = await writeContainerfile(plan, { workspaceRoot: bench.workspace.root, output });
    builders.push(stagesOfBuilders(await readFile(written.containerfile, 'utf8')));
    await cp(written.context, join(folder, 'context', member), { recursive: true, verbatimSymlinks: true });
    for (const { variant: name, content } of plan.depBuilders) {
      await cp(content.folder, join(folder, 'context', 'dep-builders', name), { recursive: true });
    }
  }
  await writeFile(join(folder, 'Containerfile'), singleRunFile(upstream, members, builders.join('\n')));
}

/** The stages of the dep-builders in an exported Containerfile: what stands before the image's own. */
export function stagesOfBuilders(containerfile: string): string {
  const start = containerfile.indexOf('# The dep-builder of ');
  return start === -1 ? '' : containerfile.slice(start, containerfile.lastIndexOf('\nFROM ${PARENT}\n'));
}

/** What one sub-stage finds at a fixed place is linked there before it runs. */
const LOOP = `for variant in VARIANTS; do
  for stage in /run/immutablue/all/\${variant}/sub-stages/*/; do
    ln -sfn "\${stage%/}" /run/immutablue/sub-stage
    for name in functions overrides variants 99-common.sh; do
      ln -sfn "/run/immutablue/all/\${variant}/\${name}" "/run/immutablue/\${name}"
    done
    bash /run/immutablue/sub-stage/run.sh
  done
done`;

/** A Containerfile with one RUN for everything. Pure. */
export function singleRunFile(upstream: string, members: readonly string[], builders: string): string {
  const copies = [...builders.matchAll(/^FROM \S+ AS (dep-builder-\S+)$/gm)]
    .map(([, name = '']) => name)
    .filter((name) => members.some((member) => name === `dep-builder-${member}`));
  const mounts = [
    '--mount=type=bind,source=.,target=/run/immutablue/all',
    '--mount=type=bind,from=lab,target=/run/immutablue/lab',
    '--mount=type=cache,target=/var/cache/dnf',
    '--mount=type=cache,target=/var/cache/libdnf5',
    // Where the plan fetches pinned files to.
    '--mount=type=cache,target=/run/immutablue/downloads',
  ];
  return [
    `ARG PARENT=${upstream}`,
    builders,
    'FROM ${PARENT}',
    ...copies.map((name) => `COPY --from=${name} / /`),
    `RUN ${mounts.join(' ')} ${JSON.stringify(['bash', '-euc', LOOP.replace('VARIANTS', members.join(' '))])}`,
    '',
  ].join('\n');
}
