import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInContainer } from '@immutablue/oci';
import { HEADLESS_IMAGE, imageOf, type Workspace } from './workspace';

/** What `nx test` said: its exit code and, of each check that is not just `ok`, the lines below it. */
export interface Tested {
  readonly exitCode: number;
  readonly output: string;
  /** The names of the checks that failed. */
  readonly failed: readonly string[];
  /** The lines below a check, without their indentation. */
  readonly below: (check: string) => readonly string[];
}

/** The image as it is now is looked at: what it is built from is not asked. */
export async function testImage(workspace: Workspace, variant: string): Promise<Tested> {
  const { exitCode, output } = await workspace.nx('test', variant, '--exclude-task-dependencies', '--verbose');
  const checks = new Map<string, { readonly status: string; readonly below: string[] }>();
  let current: string[] = [];
  for (const line of output.split('\n')) {
    const [, status = '', name = ''] = /^(ok|allowed|FAILED) +([a-z0-9-]+)  /.exec(line) ?? [];
    if (name !== '') {
      current = [];
      checks.set(name, { status, below: current });
    } else if (line.startsWith('          ')) {
      current.push(line.trim());
    } else {
      current = [];
    }
  }
  return {
    exitCode,
    output,
    failed: [...checks].filter(([, { status }]) => status === 'FAILED').map(([name]) => name),
    below: (check) => checks.get(check)?.below ?? [],
  };
}

/** A change of an image after its build. */
export interface Change {
  /** Files to put into it, by their path. */
  readonly files?: Readonly<Record<string, string>>;
  /** A command that is run in it. */
  readonly command?: readonly string[];
  /** Flags of `buildah config`. */
  readonly config?: readonly string[];
}

/** Tests an image as it is after changes, each of which makes a layer; then its name stands for what was built again. */
export async function testChangedImage(
  workspace: Workspace,
  variant: string,
  ...changes: readonly Change[]
): Promise<Tested> {
  const built = (await workspace.store.imageId(imageOf(variant))) ?? '';
  for (const each of changes) await change(workspace, variant, each);
  try {
    return await testImage(workspace, variant);
  } finally {
    await workspace.store.run('buildah', 'tag', built, imageOf(variant));
  }
}

/** Commits a changed image under the same name. */
async function change(workspace: Workspace, variant: string, { files = {}, command, config }: Change): Promise<void> {
  const { store, cacheDirectory } = workspace;
  const container = 'e2e-change';
  await store.run('buildah', 'from', '--pull-never', '--name', container, imageOf(variant));
  for (const [path, content] of Object.entries(files)) {
    const source = join(cacheDirectory, 'e2e-file');
    await writeFile(source, content);
    await store.run('buildah', 'copy', '--quiet', container, source, path);
  }
  if (command !== undefined) await runInContainer({ container, command }, { environment: store.environment });
  if (config !== undefined) await store.run('buildah', 'config', ...config, container);
  await store.run('buildah', 'commit', '--quiet', '--rm', container, imageOf(variant));
}

export interface TestCase {
  readonly name: string;
  /** The elements in it. */
  readonly results: readonly string[];
}

/** Reads dist/test.junit.xml with Python's parser of XML, that of the lab's image: it refuses what is not well-formed. */
export async function readJunit(workspace: Workspace, variant: string): Promise<readonly TestCase[]> {
  const program = `
import json, sys
from xml.etree import ElementTree
cases = ElementTree.parse(sys.argv[1]).getroot().iter("testcase")
print(json.dumps([{"name": case.get("name").split(":")[0], "results": [child.tag for child in case]} for case in cases]))
`;
  const { store, root } = workspace;
  const container = 'e2e-junit';
  await store.run('buildah', 'from', '--pull-never', '--name', container, HEADLESS_IMAGE);
  const source = join(root, 'packages', variant, 'dist');
  const run = {
    container,
    command: ['python3', '-c', program, '/run/e2e/test.junit.xml'],
    mounts: [{ source, target: '/run/e2e', access: 'read-only' }],
  } as const;
  const { stdout } = await runInContainer(run, { environment: store.environment });
  await store.run('buildah', 'rm', container);
  return JSON.parse(stdout) as TestCase[];
}
