import { toImageId } from '@immutablue/oci';
import { missed, type CacheLookup, type KeyQuery } from './cache-lookup';
import { isStored } from './deferred';
import { judgeResult } from './judge';

/** Looks whether what this machine has built under a key can stand on this parent. */
export async function lookupKey(query: KeyQuery): Promise<CacheLookup> {
  const result = await query.ledger.read('results', query.key);
  if (result === undefined) return missed({ kind: 'new' });
  if (!(await isStored(toImageId(result.imageId)))) return missed({ kind: 'gone' });
  return judgeResult(result, query);
}
