import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { outputIn } from './support/output-in';
import { createWorkspace, disposeWithoutOrphans, HEADLESS_IMAGE, type Workspace } from './support/workspace';

/** What the lab does not have is missing on it as it would be on Fedora: a stand-in has a name, and neither versions nor groups. */
let workspace: Workspace;
let repository: string;

beforeAll(async () => {
  workspace = await createWorkspace();
  repository = await readlink(join(workspace.root, '.immutablue', 'lab', 'repository'));
});

afterAll(() => disposeWithoutOrphans(workspace));

/** What the package manager says to an installation; it installs nothing. */
async function install(...words: readonly string[]): Promise<string> {
  // That it does not install is 1, whatever the reason.
  const script = 'code=0; dnf --assumeno install "$@" || code=$?; ((code == 1))';
  const volume = `${repository}:/run/immutablue/lab:ro`;
  return outputIn(workspace.store, HEADLESS_IMAGE, ['bash', '-c', script, 'bash', ...words], [volume]);
}

it.each([
  ['tmux-0.1', 'No match for argument: tmux-0.1'],
  ['tmux-3.5a-1.fc44', 'No match for argument: tmux-3.5a-1.fc44'],
  ['tailscale-1.2', 'No match for argument: tailscale-1.2'],
  ['@core', "Module or Group 'core' is not available."],
  ['@development-tools', "Module or Group 'development-tools' is not available."],
])('has no %s', async (word, said) => {
  expect(await install(word)).toContain(said);
});

it('has the versions that its packages have', async () => {
  const version = /^ tmux +\S+ +(\S+)-\S+ /m.exec(await install('tmux'))?.[1] ?? 'none';
  expect(version).toMatch(/^3\./);
  expect(await install(`tmux-${version}`)).toContain('Operation aborted.');
  expect(await install('tailscale-0')).toContain('Operation aborted.');
});
