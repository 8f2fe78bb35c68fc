import { DiagnosticError } from '@immutablue/diagnostics';
import type { RootCheck } from '../../check';
import type { Finding } from '../../finding';
import { isFile, walkIfThere } from '../../look';

const DIRECTORY = '/usr/share/containers/systemd';

/** podman-systemd.unit(5) */
const QUADLET = /\.(?:container|volume|network|kube|image|build|pod)$/;

/** Where podman installs its generator of units. */
const GENERATORS = [
  '/usr/libexec/podman/quadlet',
  '/usr/lib/systemd/system-generators/podman-system-generator',
] as const;

export const quadlets: RootCheck = {
  kind: 'root',
  name: 'quadlets',
  title: 'podman makes units of all quadlets',
  run: async ({ root, run }) => {
    const paths: string[] = [];
    for await (const { path } of walkIfThere(root, DIRECTORY)) if (QUADLET.test(path)) paths.push(path);
    if (paths.length === 0) return [];
    const found = await Promise.all(GENERATORS.map((path) => isFile(root, path)));
    const generator = GENERATORS.find((_, index) => found[index]);
    if (generator === undefined) {
      throw new DiagnosticError({
        code: 'test/not-run',
        message: `there are quadlets in \`${DIRECTORY}\`, and no podman in the image that makes units of them`,
      });
    }
    const { exitCode, stdout } = await run({
      command: [generator, '-dryrun'],
      environment: { QUADLET_UNIT_DIRS: DIRECTORY },
    });
    const findings = readGeneratorOutput(stdout, paths);
    if (exitCode === 0 || findings.length > 0) return findings;
    throw new DiagnosticError({
      code: 'test/not-run',
      message: `podman's generator ended with exit code ${exitCode}`,
      notes: stdout.split('\n').slice(-5),
    });
  },
};

/** What podman's generator says of the quadlets at `paths`: `converting "x.container": no Image or Rootfs key specified`. */
export function readGeneratorOutput(output: string, paths: readonly string[]): Finding[] {
  return [...output.matchAll(/(?:converting|error loading|parsing) "(?<name>[^"]+)"[:,] (?<text>.+)/g)].map(
    ({ groups }) => {
      const name = groups?.['name'] ?? '';
      const path = paths.find((candidate) => candidate.endsWith(`/${name.slice(name.lastIndexOf('/') + 1)}`));
      return { ...(path === undefined ? {} : { path }), message: `\`${name}\`: ${groups?.['text'] ?? ''}` };
    },
  );
}
