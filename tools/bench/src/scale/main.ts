import { exitCodeOf, renderError } from '@immutablue/diagnostics';
import { runCommand } from '@immutablue/oci';
import { keysOf } from '@immutablue/plan';
import { readPlan, readSources, variantsDirectory } from '@immutablue/stage-runner';
import { ARCHITECTURES } from '@immutablue/variant';
import { WORKSPACE } from '../../../../e2e/support/copy-workspace';
import { nxProgram } from '../../../../e2e/support/workspace';
import { readSettings } from '../bench-workspace';
import { createScaleWorkspace } from './scale-workspace';

/** Bash has the time of the processor of what it has waited for. */
const TIMED = 'TIMEFORMAT="%R s (%U s and %S s of the processor)"; time "$@" >/dev/null';

/**
 * `npm run scale -- 1000`: generates a family of so many variants, plans it for all releases and architectures as a process that
 * has done nothing before, has Nx list its projects, and prints what that took.
 */
async function main([number = '']: readonly string[]): Promise<void> {
  const count = Number(number);
  if (!Number.isInteger(count) || count < 1) throw new Error('expected the number of variants');
  const settings = await readSettings(WORKSPACE);
  const { root, dispose } = await createScaleWorkspace(count, settings);
  try {
    const directory = variantsDirectory(root, settings.variants);
    const started = performance.now();
    const before = process.cpuUsage();
    const since = () => {
      const { user, system } = process.cpuUsage(before);
      const seconds = [performance.now() - started, (user + system) / 1000].map((time) => (time / 1000).toFixed(2));
      return `${seconds[0] ?? ''} s (${seconds[1] ?? ''} s of the processor)`;
    };
    const sources = await readSources(directory, settings);
    const { variants } = sources.family;
    console.log(`${since()}: ${variants.length} variants are read`);
    const keys = new Set<string>();
    for (const { name: variant } of variants) {
      for (const release of settings.releases) {
        for (const architecture of ARCHITECTURES) {
          const request = {
            workspaceRoot: root,
            settings,
            sources,
            variant,
            release,
            architecture,
            upstream: 'fedora',
          } as const;
          keys.add(keysOf(await readPlan(request), new Map()).rest);
        }
      }
    }
    console.log(`${since()}: ${keys.size} builds are planned and have their keys`);
    console.log(`${Math.round(process.resourceUsage().maxRSS / 1024)} MB of memory at most`);
    const nx = [process.execPath, nxProgram(root), 'show', 'projects', '--json'] as const;
    for (const time of ['first time', 'again']) {
      const { tail } = await runCommand(['bash', '-c', TIMED, 'bash', ...nx], {
        cwd: root,
        environment: { PATH: process.env['PATH'] ?? '', NX_DAEMON: 'false' },
      });
      console.log(`${tail.at(-1) ?? ''}: nx show projects, ${time}`);
    }
  } finally {
    await dispose();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(renderError(error, { root: WORKSPACE, colors: 'never' }));
  process.exitCode = exitCodeOf(error);
});
