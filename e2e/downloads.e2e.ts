import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { errorsIn } from './support/errors';
import { serveFiles, type FileServer } from './support/http-server';
import { outputIn } from './support/output-in';
import { createWorkspace, imageOf, type Workspace } from './support/workspace';

/** Pinned files, quadlets and os-release in a built image. */
let workspace: Workspace;
let server: FileServer;
let served: string;

beforeAll(async () => {
  workspace = await createWorkspace();
  served = join(workspace.root, 'tmp', 'served');
  await mkdir(join(served, 'tool-1'), { recursive: true });
  await writeFile(join(served, 'tool-1', 'tool'), '#!/bin/sh\necho tool 1\n');
  await runCommand(['tar', '--create', '--gzip', '--file', join(served, 'tool.tgz'), '--directory', served, 'tool-1']);
  server = await serveFiles(served);
  await workspace.addVariant('e2e-pinned', {
    files: {
      'packages.yaml': [
        'immutablue:',
        '  downloads:',
        '    all:',
        `      - {name: tool, url: '${server.url}/tool.tgz', sha256: '${await sha256('tool.tgz')}', path: /usr/bin/tool, member: tool-1/tool}`,
        `      - {name: text, url: '${server.url}/tool-1/tool', sha256: '${await sha256('tool-1/tool')}', path: /usr/share/e2e/text, mode: '0640'}`,
        '  quadlets_enable_sys:',
        '    all: [web.container]',
        '',
      ].join('\n'),
      'artifacts/overrides/usr/share/containers/systemd/web.container': '[Container]\nImage=localhost/web\n',
    },
  });
});

afterAll(async () => {
  await server.close();
  await workspace.dispose();
});

it('places pinned files, also one of an archive, notes quadlets, and says in os-release which image it is', async () => {
  const { exitCode, output } = await workspace.nx('build', 'e2e-pinned', '--exclude-task-dependencies', '--verbose');
  expect([exitCode, errorsIn(output)]).toEqual([0, []]);
  expect(output).toContain('place 2 pinned files');
  expect(
    await inImage(
      'tool; stat -c "%a %n" /usr/bin/tool /usr/share/e2e/text; cat /usr/immutablue/quadlets.d/e2e-pinned.list; . /etc/os-release; echo "$ID $VARIANT_ID $IMAGE_ID $IMAGE_VERSION"',
    ),
  ).toMatch(
    /^tool 1\n755 \/usr\/bin\/tool\n640 \/usr\/share\/e2e\/text\nweb.container\nimmutablue e2e-pinned e2e-pinned 44\.\d{8}\n?$/,
  );
});

it('fetches nothing that the cache has, whatever has become of the server', async () => {
  await writeFile(join(served, 'tool.tgz'), 'something else');
  await workspace.write('packages/e2e-pinned/artifacts/overrides/usr/share/e2e/new', 'x\n');
  const { exitCode } = await workspace.nx('build', 'e2e-pinned', '--exclude-task-dependencies', '--verbose');
  expect(exitCode).toBe(0);
  expect(await inImage('tool')).toBe('tool 1\n');
});

it('does not take what is in the cache on trust', async () => {
  const [name = ''] = (await runCommand(['ls', join(workspace.cacheDirectory, 'downloads')])).stdout.split('\n');
  await writeFile(join(workspace.cacheDirectory, 'downloads', name), 'tampered');
  await server.close();
  await workspace.write('packages/e2e-pinned/artifacts/overrides/usr/share/e2e/new', 'y\n');
  const { exitCode, output } = await workspace.nx('build', 'e2e-pinned', '--exclude-task-dependencies', '--verbose');
  expect(exitCode).toBe(1);
  expect(output).toContain('error[build/download-failed]');
});

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(served, file)))
    .digest('hex');
}

async function inImage(script: string): Promise<string> {
  return `${await outputIn(workspace.store, imageOf('e2e-pinned'), ['bash', '-c', script])}\n`;
}
