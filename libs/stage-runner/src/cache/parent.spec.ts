import { join } from 'node:path';
import { renderError } from '@immutablue/diagnostics';
import { withWorkingFolder } from '@immutablue/oci';
import type { Release } from '@immutablue/variant';
import { writeImageRecord, type ImageRecord } from '../ledger/task-records';
import { findParent } from './parent';

const record = (variant: string, parent?: string): ImageRecord => ({
  ...{ variant, reference: `localhost/${variant}:44`, imageId: '1'.repeat(64), digest: `sha256:${'2'.repeat(64)}` },
  parent: { ...(parent === undefined ? {} : { variant: parent }), reference: 'x', imageId: '3'.repeat(64) },
  ...{ release: '44', arch: 'x86_64', upstream: 'lab', options: [], labels: {}, layers: [], ownLayers: [] },
});

it.each([
  ['lab', 'npx nx run-many -t deps,build -p base,cyan,teal --release=43 --architecture=aarch64'],
  ['fedora', 'npx nx run-many -t deps,build -p base,cyan,teal -c f43 --architecture=aarch64'],
] as const)('says how all are built for another release and architecture on %s', (upstream, command) =>
  withWorkingFolder('parent', async (variantsDirectory) => {
    await writeImageRecord(join(variantsDirectory, 'base'), record('base'));
    await writeImageRecord(join(variantsDirectory, 'cyan'), record('cyan', 'base'));
    const plan = { variant: 'teal', release: '43' as Release, architecture: 'aarch64', upstream } as const;
    const parent = { kind: 'variant', variant: 'cyan', reference: 'localhost/cyan:43' } as const;
    const signal = AbortSignal.timeout(60_000);
    const error: unknown = await findParent({ ...plan, parent }, { variantsDirectory, signal }).catch(
      (thrown: unknown) => thrown,
    );
    expect(renderError(error, { root: '/', colors: 'never' })).toBe(
      `error[build/parent-missing]: the last build of \`cyan\` was for 44, x86_64, lab; needed is cyan for 43, aarch64, ${upstream}
  | Nx hands --configuration on to the parents of what it builds, and --release or --architecture not
  hint: build them together: \`${command}\``,
    );
  }),
);
