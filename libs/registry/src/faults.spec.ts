import { toDigest } from '@immutablue/oci';
import { sourceOfBytes } from './blobs/source';
import { uploadBlob } from './blobs/upload-blob';
import { findManifest, putManifest, toManifest } from './manifests';
import { listReferrers } from './referrers';
import { listTags } from './tags';
import { closeAll, failure, open, openAt, requestsTo } from './testing/open';
import { cutAfter, endless, serve, status } from './testing/server';

/** What goes wrong between this machine and a registry, one at a time. */

const MANIFEST = '/v2/a/manifests/44';
const DIGEST = toDigest(`sha256:${'d'.repeat(64)}`);

afterEach(closeAll);

describe('what may succeed then is tried again', () => {
  it.each([
    ['500', status(500)],
    ['503', status(503)],
    ['408', status(408)],
    ['429 with Retry-After', status(429, { 'retry-after': '0' })],
    ['a cut connection', cutAfter(10, Buffer.alloc(100))],
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

it('is not tried again once it is told to stop', async () => {
  const repository = await open({ [`GET ${MANIFEST}`]: [status(503)] }, { patience: { firstPauseMs: 60_000 } });
  const asked = failure(findManifest(repository, '44', AbortSignal.timeout(100)));
  expect(await asked).toContain('error[build/interrupted]');
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
    expect(await failure(uploadBlob(repository, sourceOfBytes(Buffer.from('blob'))))).toContain(
      'error[registry/no-space]',
    );
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

it('leaves no connection open', async () => {
  const repository = await open({ [`GET ${MANIFEST}`]: [() => undefined] });
  const asked = failure(findManifest(repository, '44'));
  while (requestsTo(`GET ${MANIFEST}`) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await closeAll();
  expect(await asked).toContain('error[registry/unreachable]');
});
