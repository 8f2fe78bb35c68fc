import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { renderError } from '@immutablue/diagnostics';
import type { BuildKey } from '@immutablue/plan';
import { findManifest, openRegistry, putManifest, type Registry, type Repository } from '@immutablue/registry';
import { createGuard } from '../guard';
import { claimTag, ENDED_CLAIM, newClaimId, readClaim, writeClaim } from './claim';
import { claimBuild, type ClaimTimes } from './claim-build';

/** Registries that do not do what is asked of them, and claims of others. What a registry does that does is in e2e/two-workers.e2e.ts. */
const KEY = 'a'.repeat(64) as BuildKey;
const TAG = claimTag(KEY);
/** On a busy machine, too, nothing ends by its time where a test does not say so. */
const TIMES: ClaimTimes = { settleMs: 20, renewMs: 20, silenceMs: 20_000, pollMs: 10, longestMs: 60_000 };

/** Manifests by tags and digests. */
const manifests = new Map<string, Buffer>();
/** The methods that are refused, and how. */
const refused = new Map<string, number>();
let server: Server;
let registry: Registry;
let repository: Repository;
let said: string[];
let interruption: AbortController;

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      const { method = '', url = '' } = request;
      const reference = /\/manifests\/(.*)$/.exec(url)?.[1];
      const bytes = await buffer(request);
      const answer = (status: number, body?: Buffer) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(method === 'HEAD' ? undefined : body);
      if (reference === undefined) answer(200);
      else if (refused.has(method)) answer(refused.get(method) ?? 405);
      else if (method === 'PUT') {
        const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
        manifests.set(reference, bytes).set(digest, bytes);
        answer(201);
      } else if (method === 'DELETE') {
        const removed = manifests.get(reference);
        for (const [name, one] of manifests) if (one === removed) manifests.delete(name);
        answer(removed === undefined ? 404 : 202);
      } else {
        const found = manifests.get(reference);
        answer(found === undefined ? 404 : 200, found);
      }
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  registry = await openRegistry(`127.0.0.1:${(server.address() as AddressInfo).port}`, {
    findCredentials: () => Promise.resolve(undefined),
  });
  repository = registry.repository('cache');
});

afterAll(async () => {
  await registry.close();
  server.close();
});

beforeEach(() => {
  manifests.clear();
  refused.clear();
  said = [];
  interruption = new AbortController();
});

/** A task that finds nothing until it `finds` something. */
function claim(finds: () => boolean = () => false, times: Partial<ClaimTimes> = {}) {
  const { signal } = interruption;
  const say = (message: string) => said.push(message.replace(/[\d.]+ s\b/, 'TIME'));
  const guard = createGuard({ notice: say, warn: say, signal });
  return claimBuild({ repository, guard, signal, times: { ...TIMES, ...times } }, KEY, {
    what: 'teal',
    look: () => Promise.resolve(finds() ? 'found' : 'missed'),
    say,
  });
}

const holder = async () => {
  const found = await findManifest(repository, TAG);
  return found === undefined ? undefined : readClaim(found.bytes);
};

/** A claim of another task, which is renewed until it is stopped. */
async function claimOfAnother(): Promise<{ readonly stop: () => Promise<unknown> }> {
  const id = newClaimId();
  await putManifest(repository, writeClaim(id, '0'), TAG);
  let last: Promise<unknown> = Promise.resolve();
  let isOdd = false;
  const timer = setInterval(() => {
    isOdd = !isOdd;
    last = putManifest(repository, writeClaim(id, isOdd ? '1' : '0'), TAG);
  }, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return last;
    },
  };
}

const PLACE = expect.stringMatching(
  /^teal is being built by another machine, says `.*\/cache`: waiting for it, 1 min /,
);

it('is renewed, and removed in the end', async () => {
  const { end } = await claim();
  const first = manifests.get(TAG);
  while (manifests.get(TAG) === first) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(await holder()).toBeDefined();
  await end();
  expect([...manifests.keys()]).toEqual([]);
  expect(said).toEqual([]);
});

it.each([403, 405])('is marked as ended where nothing can be removed (%i)', async (status) => {
  refused.set('DELETE', status);
  await (await claim()).end();
  expect(manifests.get(TAG)).toEqual(ENDED_CLAIM.bytes);
  await (await claim()).end();
  expect(said).toEqual([]);
});

it('that another task has put since stays', async () => {
  for (const fault of [[], ['DELETE']]) {
    for (const method of fault) refused.set(method, 405);
    const { end } = await claim(undefined, { renewMs: 60_000 });
    const other = newClaimId();
    await putManifest(repository, writeClaim(other, '0'), TAG);
    await end();
    expect(await holder()).toBe(other);
    manifests.clear();
  }
});

it('costs one note where it is refused', async () => {
  refused.set('PUT', 405);
  await (await claim()).end();
  expect(said).toEqual([expect.stringMatching(/^other machines may build the same: registry .* \(HTTP 405\)$/)]);
});

it('of two at once one stands, and the other waits for what it builds', async () => {
  let isBuilt = false;
  const both = [1, 2].map(() => claim(() => isBuilt, { settleMs: 1500 }));
  const { end } = await Promise.race(both);
  while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  isBuilt = true;
  manifests.set(KEY, Buffer.from('{}'));
  await end();
  await Promise.all(both);
  expect(said).toEqual([PLACE, 'waited TIME for teal: it is there']);
});

it('of another one that stands still is taken over', async () => {
  await putManifest(repository, writeClaim(newClaimId(), '0'), TAG);
  await (await claim(undefined, { silenceMs: 200 })).end();
  expect(said).toEqual([PLACE, 'waited TIME for teal: the other machine does not go on']);
});

it('of another one that ends without a result is followed by one of this task', async () => {
  const { stop } = await claimOfAnother();
  setTimeout(() => {
    void stop().then(() => {
      manifests.clear();
    });
  }, 100);
  await (await claim()).end();
  expect(said).toEqual([PLACE, 'waited TIME for teal: the other machine has not built it']);
});

it('of another one that is renewed for ever costs a bounded wait, also beside an entry that must not be used', async () => {
  const { stop } = await claimOfAnother();
  setTimeout(() => manifests.set(KEY, Buffer.from('{"forged":true}')), 50);
  let looks = 0;
  await (
    await claim(
      () => {
        looks++;
        return false;
      },
      { longestMs: 2000 },
    )
  ).end();
  await stop();
  expect(said).toEqual([PLACE, 'waited TIME for teal: it is built here, too']);
  expect(looks).toBe(1);
});

it('is waited for no longer when the entry comes', async () => {
  const { stop } = await claimOfAnother();
  setTimeout(() => manifests.set(KEY, Buffer.from('{}')), 50);
  await (await claim(() => true)).end();
  await stop();
  expect(said).toEqual([PLACE, 'waited TIME for teal: it is there']);
});

it('is waited for no longer after an interruption', async () => {
  const { stop } = await claimOfAnother();
  setTimeout(() => {
    interruption.abort();
  }, 50);
  const error: unknown = await claim().catch((reason: unknown) => reason);
  await stop();
  expect(renderError(error, { root: '/', colors: 'never' })).toContain('error[build/interrupted]: interrupted while');
});

it('that was interrupted before it stood is removed', async () => {
  const claimed = claim();
  while (!manifests.has(TAG)) await new Promise((resolve) => setTimeout(resolve, 1));
  interruption.abort();
  await expect(claimed).rejects.toThrow('interrupted');
  expect([...manifests.keys()]).toEqual([]);
});
