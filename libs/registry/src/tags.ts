import * as z from 'zod';
import type { Repository } from './open-registry';
import { readPages } from './pages';

/** https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests */
const tagSchema = z.string().regex(/^\w[\w.-]{0,127}$/);

/** distribution says null of a repository that has lost its last tag. */
const pageSchema = z.object({ tags: z.array(tagSchema).nullable() });

/**
 * The tags of a repository, in the order in which the registry names them; none when there is no such repository.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 *
 * @throws {DiagnosticError} `registry/…`, `build/interrupted`.
 */
export async function listTags(repository: Repository, signal?: AbortSignal): Promise<readonly string[]> {
  const list = { path: 'tags/list?n=1000', action: `list the tags of \`${repository.name}\``, signal };
  const pages = await readPages(repository, list, pageSchema);
  return (pages ?? []).flatMap(({ value }) => value.tags ?? []);
}
