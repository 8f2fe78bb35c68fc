import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { renderError } from '@immutablue/diagnostics';
import { toDigest } from '@immutablue/oci';
import {
  findManifest,
  hasBlob,
  listReferrers,
  listTags,
  openRegistry,
  putManifest,
  readBlob,
  sourceOfBytes,
  toManifest,
  uploadBlob,
  type Registry,
  type RegistryOptions,
  type Repository,
} from './index';
import { cutAfter, endless, serve, status, type Answers, type TestServer } from './testing/server';

/** What goes wrong between this machine and a registry, one at a time. */

const BLOB = randomBytes(1_000_000);
const DIGEST = toDigest(`sha256:${createHash('sha256').update(BLOB).digest('hex')}`);
const SIZED = { digest: DIGEST, size: BLOB.length };
const BLOBS = `/v2/a/blobs/${DIGEST}`;
const MANIFEST = '/v2/a/manifests/44';

let server: TestServer | undefined;
let registry: Registry | undefined;
afterEach(async () => {
  await registry?.close();
  await server?.close();
});

async function open(answers: Answers, options: RegistryOptions = {}): Promise<Repository> {
  server = await serve(answers);
  return await openAt(server.host, options);
}

async function openAt(host: string, options: RegistryOptions = {}): Promise<Repository> {
  registry = await openRegistry(host, {
    findCredentials: () => Promise.resolve(undefined),
    patience: { attempts: 3, firstPauseMs: 1, silenceMs: 2000 },
    ...options,
  });
  return registry.repository('a');
}

/** What a failure looks like, without the port. */
async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    return renderError(error, { root: '/', colors: 'never' }).replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
  }
  throw new Error('it has not failed');
}

function requestsTo(path: string): number {
  return server?.requests.filter((request) => request === path).length ?? 0;
}

describe('what may succeed then is tried again', () => {
  it.each([
    ['500', status(500)],
    ['503', status(503)],
    ['408', status(408)],
    ['429 with Retry-After', status(429, { 'retry-after': '0' })],
    ['a cut connection', cutAfter(10, BLOB)],
  ])('%s', async (_what, fault) => {
    const repository = await open({ [`GET ${MANIFEST}`]: [fault, fault, status(200, {}, '{}')] });
    expect((await findManifest(repository, '44'))?.bytes.toString()).toBe('{}');
    expect(requestsTo(`GET ${MANIFEST}`)).toBe(3);
  });

  it('but not for ever', async () => {
    const repository = await open({ [`GET ${MANIFEST}`]: [status(503)] });
    expect(await failure(findManifest(repository, '44'))).toMatchInlineSnapshot(
      `"error[registry/refused]: registry \`HOST\` failed to give the manifest \`44\` of \`a\` (HTTP 503)"`,
    );
    expect(requestsTo(`GET ${MANIFEST}`)).toBe(3);
  });

  it('where nothing runs', async () => {
    const { host, close } = await serve({});
    await close();
    expect(await failure(findManifest(await openAt(host), '44'))).toMatchInlineSnapshot(`
     "error[registry/unreachable]: registry \`HOST\` could not be reached (ECONNREFUSED): it was to say how one logs in
       hint: is \`HOST\` the right name, does it run, and may this machine connect to it?"
    `);
  });

  it('where nothing is said', async () => {
    const repository = await open(
      { [`GET ${MANIFEST}`]: [() => undefined] },
      { patience: { attempts: 1, silenceMs: 50 } },
    );
    expect(await failure(findManifest(repository, '44'))).toContain('UND_ERR_HEADERS_TIMEOUT');
  });
});

describe('what a registry refuses is final', () => {
  const errors = (code: string, message: string, detail?: unknown) =>
    JSON.stringify({ errors: [{ code, message, detail }] });

  it.each([400, 403, 405, 413])('%i', async (code) => {
    const repository = await open({ [`PUT ${MANIFEST}`]: [status(code)] });
    await failure(putManifest(repository, toManifest(Buffer.from('{}'), 'a/b'), '44'));
    expect(requestsTo(`PUT ${MANIFEST}`)).toBe(1);
  });

  it('says why, in its own words, of which nothing acts on a terminal', async () => {
    const answer = errors('MANIFEST_INVALID', `\u001b[2Jmanifest \u202einvalid ${'x'.repeat(500)}`);
    const repository = await open({ [`PUT ${MANIFEST}`]: [status(400, {}, answer)] });
    expect(await failure(putManifest(repository, toManifest(Buffer.from('{}'), 'a/b'), '44'))).toMatchInlineSnapshot(`
     "error[registry/refused]: registry \`HOST\` refused to store the manifest \`44\` of \`a\` (HTTP 400)
       | registry: MANIFEST_INVALID: manifest \\u202einvalid xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…"
    `);
  });

  it.each([
    ['distribution, sending', 500, errors('UNKNOWN', 'unknown error', 'write /x/data: no space left on device')],
    ['distribution, beginning', 500, errors('UNKNOWN', 'unknown error', { Enclosed: { Op: 'write', Err: 28 } })],
    ['a quota', 403, errors('DENIED', 'adding 9 MB will exceed the configured upper limit of storage quota')],
    ['by its status', 507, ''],
  ])('has no space: %s', async (_what, code, answer) => {
    const repository = await open({ 'POST /v2/a/blobs/uploads/': [status(code, {}, answer)] });
    expect(await failure(uploadBlob(repository, sourceOfBytes(BLOB)))).toContain('error[registry/no-space]');
    expect(requestsTo('POST /v2/a/blobs/uploads/')).toBe(1);
  });

  it('asks for a login', async () => {
    const challenge = { 'www-authenticate': 'Basic realm="x"' };
    const repository = await open({
      'GET /v2/': [status(401, challenge)],
      [`GET ${MANIFEST}`]: [status(401, challenge)],
    });
    expect(await failure(findManifest(repository, '44'))).toMatchInlineSnapshot(`
     "error[registry/unauthorized]: registry \`HOST\` accepts no login of this user, asked to give the manifest \`44\` of \`a\`
       hint: \`skopeo login HOST\`"
    `);
  });
});

describe('a blob that is read', () => {
  it('goes on after cuts, where the registry can begin in the middle', async () => {
    const from = (bytes: number, length: number) => ({
      'content-range': `bytes ${bytes}-${BLOB.length - 1}/${BLOB.length}`,
      'content-length': String(length),
    });
    const asked: (string | undefined)[] = [];
    const repository = await open({
      [`GET ${BLOBS}`]: [
        cutAfter(300_000, BLOB),
        (request, response) => {
          asked.push(request.headers.range);
          const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
          response.writeHead(206, from(start, BLOB.length - start)).end(BLOB.subarray(start));
        },
      ],
    });
    const progress: number[] = [];
    const read = await buffer(readBlob(repository, SIZED, { onBytes: (bytes) => progress.push(bytes) }));
    expect(read.equals(BLOB)).toBe(true);
    expect(asked).toEqual([expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    expect(progress).toEqual([...progress].sort((one, other) => one - other));
    expect(progress.at(-1)).toBe(BLOB.length);
  });

  it('goes on after cuts, where the registry begins at the start', async () => {
    const repository = await open({ [`GET ${BLOBS}`]: [cutAfter(300_000, BLOB), (_, response) => response.end(BLOB)] });
    expect((await buffer(readBlob(repository, SIZED))).equals(BLOB)).toBe(true);
  });

  it.each([
    ['other bytes', status(200, {}, 'x'.repeat(BLOB.length))],
    ['fewer bytes', status(200, {}, 'x')],
    ['bytes without end', endless],
  ])('fails with %s', async (_what, answer) => {
    const repository = await open({ [`GET ${BLOBS}`]: [answer] });
    expect(await failure(buffer(readBlob(repository, SIZED)))).toContain('error[registry/digest-mismatch]');
  });

  it('stops when it is told to', async () => {
    const repository = await open({ [`GET ${BLOBS}`]: [(_, response) => response.writeHead(200).write('x')] });
    const stop = new AbortController();
    const reading = readBlob(repository, SIZED, { signal: stop.signal, onBytes: () => stop.abort() });
    expect(await failure(buffer(reading))).toContain('error[build/interrupted]');
  });
});

describe('a blob that is sent', () => {
  /** Keeps what it is sent; the second chunk is cut after some bytes, of which `kept` stay. */
  function uploads(kept: 'some' | 'none'): { answers: Answers; stored: () => Buffer; received: () => number } {
    let stored = Buffer.alloc(0);
    let received = 0;
    const range = () => ({ location: '/v2/a/uploads/1?state=s', range: `0-${stored.length - 1}` });
    const take: Answers[string][0] = (request, response) => {
      const start = Number(/^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1]);
      if (start !== stored.length) {
        request.resume().on('end', () => response.writeHead(416, range()).end());
        return;
      }
      request.on('data', (piece: Buffer) => {
        received += piece.length;
        stored = Buffer.concat([stored, piece]);
      });
      request.on('end', () => response.writeHead(202, range()).end());
    };
    const cut: Answers[string][0] = (request) => {
      request.once('data', (piece: Buffer) => {
        received += piece.length;
        stored = kept === 'some' ? Buffer.concat([stored, piece]) : Buffer.alloc(0);
        request.socket.destroy();
      });
    };
    return {
      stored: () => stored,
      received: () => received,
      answers: {
        'POST /v2/a/blobs/uploads/': [status(202, { location: '/v2/a/uploads/1' })],
        'PATCH /v2/a/uploads/1': [take, cut, take],
        'GET /v2/a/uploads/1': [(_, response) => response.writeHead(kept === 'some' ? 204 : 404, range()).end()],
        'PUT /v2/a/uploads/1': [status(201)],
      },
    };
  }

  it('goes on after a cut where the registry is', async () => {
    const { answers, stored, received } = uploads('some');
    const repository = await open(answers);
    expect(await uploadBlob(repository, sourceOfBytes(BLOB), { chunkBytes: 400_000 })).toBe('uploaded');
    expect(stored().equals(BLOB)).toBe(true);
    expect(received()).toBe(BLOB.length);
    expect(requestsTo('POST /v2/a/blobs/uploads/')).toBe(1);
  });

  it('begins again where the registry has forgotten it', async () => {
    const { answers, stored } = uploads('none');
    const repository = await open(answers);
    const progress: number[] = [];
    await uploadBlob(repository, sourceOfBytes(BLOB), {
      chunkBytes: 400_000,
      onBytes: (bytes) => progress.push(bytes),
    });
    expect(stored().equals(BLOB)).toBe(true);
    expect(requestsTo('POST /v2/a/blobs/uploads/')).toBe(2);
    expect(progress.at(-1)).toBe(BLOB.length);
  });

  it('is not sent when it is there, or can be mounted', async () => {
    const there = await open({ [`HEAD ${BLOBS}`]: [status(200)] });
    expect(await uploadBlob(there, sourceOfBytes(BLOB))).toBe('present');
    await registry?.close();
    await server?.close();
    const mounted = await open({ 'POST /v2/a/blobs/uploads/': [status(201)] });
    expect(await uploadBlob(mounted, sourceOfBytes(BLOB), { mountFrom: 'sibling' })).toBe('mounted');
    expect(await hasBlob(mounted, DIGEST)).toBe(false);
  });

  it('fails as its source does, once', async () => {
    const { answers } = uploads('some');
    const repository = await open(answers);
    const source = { ...sourceOfBytes(BLOB), open: () => failing() };
    await expect(uploadBlob(repository, source)).rejects.toMatchObject({ code: 'EIO' });
    expect(requestsTo('POST /v2/a/blobs/uploads/')).toBe(1);
  });

  it.each([
    ['no address', {}],
    ['an address without TLS elsewhere', { location: 'http://evil.example/x' }],
  ])('is not sent to %s', async (_what, headers) => {
    const repository = await open({ 'POST /v2/a/blobs/uploads/': [status(202, headers)] });
    expect(await failure(uploadBlob(repository, sourceOfBytes(BLOB)))).toContain('error[registry/unexpected-answer]');
  });

  it('stops when it is told to', async () => {
    const { answers } = uploads('some');
    const repository = await open({ ...answers, 'PUT /v2/a/uploads/1': [() => undefined] });
    const stop = new AbortController();
    const sending = uploadBlob(repository, sourceOfBytes(BLOB), { signal: stop.signal, onBytes: () => stop.abort() });
    expect(await failure(sending)).toContain('error[build/interrupted]');
  });
});

async function* failing(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.alloc(10));
  throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });
}

describe('an answer that is none', () => {
  it.each([
    ['endless', endless],
    ['another manifest', status(200, { 'docker-content-digest': `sha256:${'a'.repeat(64)}` }, '{}')],
  ])('to a question for a manifest: %s', async (_what, answer) => {
    const repository = await open({ [`GET ${MANIFEST}`]: [answer] });
    expect(await failure(findManifest(repository, '44'))).toMatch(
      /^error\[registry\/(unexpected-answer|digest-mismatch)\]/,
    );
  });

  it.each([
    ['a page', '<html>502</html>'],
    ['other JSON', '[]'],
    ['a tag that is none', '{"tags": ["44", "\\u001b[2J"]}'],
    ['much', `{"tags": ["${'x'.repeat(5_000_000)}"]}`],
  ])('to a question for tags: %s', async (_what, text) => {
    const repository = await open({ 'GET /v2/a/tags/list': [status(200, {}, text)] });
    expect(await failure(listTags(repository))).toContain('error[registry/unexpected-answer]');
  });

  it.each([
    ['in a circle', '</v2/a/tags/list?n=1000>; rel=next'],
    ['elsewhere', '<http://localhost:1/v2/a/tags/list>; rel=next'],
  ])('pages that lead %s', async (_what, link) => {
    const repository = await open({ 'GET /v2/a/tags/list': [status(200, { link }, '{"tags": ["44"]}')] });
    expect(await failure(listTags(repository))).toContain('error[registry/unexpected-answer]');
  });

  it('redirects without end', async () => {
    const repository = await open({ [`GET ${MANIFEST}`]: [status(307, { location: MANIFEST })] });
    expect(await failure(findManifest(repository, '44'))).toContain('leads on more than 5 times');
  });
});

it('reads lists page by page', async () => {
  const next = { link: '</v2/a/tags/list?n=1000&last=b>; rel="next"' };
  const repository = await open({
    'GET /v2/a/tags/list': [status(200, next, '{"tags": ["a", "b"]}'), status(200, {}, '{"tags": ["c"]}')],
  });
  expect(await listTags(repository)).toEqual(['a', 'b', 'c']);
});

it('reads what refers to a manifest, where the registry lists it', async () => {
  const descriptor = { mediaType: 'a/b', digest: DIGEST, size: 2, artifactType: 'x/y' };
  const index = JSON.stringify({ schemaVersion: 2, manifests: [{ ...descriptor, data: 'ignored' }] });
  const repository = await open({ [`GET /v2/a/referrers/${DIGEST}`]: [status(200, {}, index)] });
  expect(await listReferrers(repository, DIGEST)).toEqual([descriptor]);
});

describe('credentials', () => {
  const user = { kind: 'password', user: 'me', password: 'hunter"2' } as const;
  const findCredentials = () => Promise.resolve(user);

  /** Asks for tokens of its own, and gives `t1`, `t2`, …; the answer needs the one that is said. */
  function tokens(accepted: string): { answers: Answers; asked: string[] } {
    const asked: string[] = [];
    const refuse: Answers[string][0] = (request, response) => {
      const realm = `http://${request.headers.host ?? ''}/token`;
      const challenge = `Bearer realm="${realm}",service="test",scope="repository:a:pull repository:other:push"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end();
    };
    return {
      asked,
      answers: {
        'GET /v2/': [refuse],
        'GET /token': [
          (request, response) => {
            const scopes = new URL(request.url ?? '', 'http://x').searchParams.getAll('scope').join(' ');
            asked.push(`${request.headers.authorization ?? 'anonymous'} ${scopes}`);
            response.end(JSON.stringify({ token: `t${asked.length}`, expires_in: 300 }));
          },
        ],
        [`GET ${MANIFEST}`]: [
          (request, response) => {
            if (request.headers.authorization === `Bearer ${accepted}`) response.end('{}');
            else refuse(request, response);
          },
        ],
      },
    };
  }

  it('get one token, which is used until it ends', async () => {
    const { answers, asked } = tokens('t1');
    const repository = await open(answers, { findCredentials });
    await findManifest(repository, '44');
    await findManifest(repository, '44');
    expect(asked).toEqual(['Basic bWU6aHVudGVyIjI= repository:a:pull']);
    expect(requestsTo(`GET ${MANIFEST}`)).toBe(2);
  });

  it('get another token when one has ended early, for no other repository', async () => {
    const { answers, asked } = tokens('t2');
    const repository = await open(answers);
    await findManifest(repository, '44');
    expect(asked).toEqual(['anonymous repository:a:pull', 'anonymous repository:a:pull']);
  });

  it('are not good enough, which is said once', async () => {
    const { answers } = tokens('none');
    const repository = await open(answers, { findCredentials });
    expect(await failure(findManifest(repository, '44'))).toContain('error[registry/unauthorized]');
    expect(requestsTo(`GET ${MANIFEST}`)).toBe(2);
  });

  it('of an identity token are given to who gives tokens', async () => {
    const { answers } = tokens('t1');
    const forms: string[] = [];
    const repository = await open(
      {
        ...answers,
        'POST /token': [
          (request, response) => {
            void buffer(request).then((form) => {
              forms.push(form.toString());
              response.end('{"access_token": "t1"}');
            });
          },
        ],
      },
      { findCredentials: () => Promise.resolve({ kind: 'identity-token', token: 'refresh' }) },
    );
    await findManifest(repository, '44');
    expect(forms).toEqual([
      'service=test&scope=repository%3Aa%3Apull&grant_type=refresh_token&client_id=immutablue&refresh_token=refresh',
    ]);
  });

  it.each(['http://evil.example/token', 'ftp://127.0.0.1/', ''])('are not sent to %p', async (realm) => {
    const challenge = status(401, { 'www-authenticate': `Bearer realm="${realm}"` });
    const repository = await open({ 'GET /v2/': [challenge] }, { findCredentials });
    expect(await failure(findManifest(repository, '44'))).toContain('names no safe address');
  });

  it('do not go with a redirect to another host', async () => {
    const other = await serve({
      'GET /blob': [(request, response) => response.end(request.headers.authorization ?? 'none')],
    });
    try {
      const repository = await open(
        {
          'GET /v2/': [status(401, { 'www-authenticate': 'Basic realm="x"' })],
          [`GET ${MANIFEST}`]: [status(307, { location: `http://${other.host}/blob` })],
        },
        { findCredentials },
      );
      expect((await findManifest(repository, '44'))?.bytes.toString()).toBe('none');
    } finally {
      await other.close();
    }
  });

  it('are not shown, though a registry repeats them', async () => {
    const repository = await open(
      {
        'GET /v2/': [status(401, { 'www-authenticate': 'Basic realm="x"' })],
        [`GET ${MANIFEST}`]: [
          (request, response) => {
            const message = `me:hunter"2 ${request.headers.authorization ?? ''}`;
            response.writeHead(403).end(JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
          },
        ],
      },
      { findCredentials },
    );
    expect(await failure(findManifest(repository, '44'))).toMatchInlineSnapshot(`
     "error[registry/unauthorized]: registry \`HOST\` has no permission for this user, asked to give the manifest \`44\` of \`a\`
       | registry: DENIED: me:*** Basic ***
       hint: ask for the right to do so, or log in as another user: \`skopeo login HOST\`"
    `);
  });
});

it('leaves no connection open', async () => {
  const repository = await open({ [`GET ${MANIFEST}`]: [() => undefined] });
  const asked = failure(findManifest(repository, '44'));
  while (requestsTo(`GET ${MANIFEST}`) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await registry?.close();
  expect(await asked).toContain('error[registry/unreachable]');
});
