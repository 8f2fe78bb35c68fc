import type { Digest } from '@immutablue/oci';
import type { Repository } from '../open-registry';

/**
 * Whether a repository has a blob.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#checking-if-content-exists-in-the-registry
 *
 * @throws {DiagnosticError} `registry/…`, `build/interrupted`.
 */
export function hasBlob(repository: Repository, digest: Digest, signal?: AbortSignal): Promise<boolean> {
  const call = {
    action: `look for blob ${digest}`,
    method: 'HEAD',
    path: `blobs/${digest}`,
    actions: 'pull',
    accepts: [200, 404],
    signal,
  } as const;
  return repository.ask(call, async (answer) => {
    await answer.discard();
    return answer.status === 200;
  });
}
