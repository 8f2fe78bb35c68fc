import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { imageOf, type Workspace } from './workspace';

/** The image that the last build of a variant has left. */
export async function builtImage(workspace: Workspace, variant: string): Promise<string> {
  const text = await readFile(join(workspace.root, 'packages', variant, 'dist/image.json'), 'utf8');
  return (JSON.parse(text) as { imageId: string }).imageId;
}

/** What `nx test` leaves: the tests of images as such are elsewhere, and those of these tests are too small to pass them. */
export async function leaveTests(
  workspace: Workspace,
  variant: string,
  { imageId, status = 'ok' }: { readonly imageId?: string; readonly status?: string } = {},
): Promise<void> {
  const tests = {
    variant,
    reference: imageOf(variant),
    imageId: imageId ?? (await builtImage(workspace, variant)),
    checks: [{ name: 'kernel', status, findings: [] }],
  };
  await workspace.write(`packages/${variant}/dist/test.json`, JSON.stringify(tests));
}

/** The tags of a repository, as the registry itself says; none where there is no such repository. */
export async function tagsOf(address: string, repository: string): Promise<readonly string[]> {
  const answer = await fetch(`http://${address}/v2/${repository}/tags/list`);
  return answer.status === 404 ? [] : (((await answer.json()) as { tags: string[] | null }).tags ?? []);
}
