import { findImage } from '@immutablue/oci';
import type { Keys } from '@immutablue/plan';
import type { Ledger } from '../ledger/ledger';
import type { RemoteCache } from './remote-cache';

/** Lets others have an image that this machine has built at another time, with the checkpoint from which an edit goes on. */
export async function offerImage(cache: RemoteCache, ledger: Ledger, { rest, checkpoint }: Keys): Promise<void> {
  for (const key of [rest, ...(checkpoint === undefined ? [] : [checkpoint])]) {
    const result = await ledger.read('results', key);
    if (result === undefined || (await findImage(result.imageId)) === undefined) continue;
    if ((await cache.offer(key, result)) === 'not-wanted') return;
  }
}
