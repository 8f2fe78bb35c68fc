import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { toDigest } from '@immutablue/oci';
import { closeAll, failure, open, requestsTo } from '../testing/open';
import { cutAfter, endless, status, type Answers } from '../testing/server';
import { hasBlob } from './find-blob';
import { readBlob } from './read-blob';
import { sourceOfBytes } from './source';
import { uploadBlob } from './upload-blob';

const BLOB = randomBytes(1_000_000);
const DIGEST = toDigest(`sha256:${createHash('sha256').update(BLOB).digest('hex')}`);
const SIZED = { digest: DIGEST, size: BLOB.length };
const BLOBS = `/v2/a/blobs/${DIGEST}`;

afterEach(closeAll);

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
    const reading = readBlob(repository, SIZED, {
      signal: stop.signal,
      onBytes: () => {
        stop.abort();
      },
    });
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
    await closeAll();
    const mounted = await open({ 'POST /v2/a/blobs/uploads/': [status(201)] });
    expect(await uploadBlob(mounted, sourceOfBytes(BLOB), { mountFrom: 'sibling' })).toBe('mounted');
    expect(await hasBlob(mounted, DIGEST)).toBe(false);
  });

  it('fails when its source has another length, once', async () => {
    const { answers } = uploads('some');
    const repository = await open(answers);
    const source = { ...sourceOfBytes(BLOB.subarray(1)), size: BLOB.length };
    expect(await failure(uploadBlob(repository, source))).toContain('error[file/changed]');
    expect(requestsTo('POST /v2/a/blobs/uploads/')).toBe(1);
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
    const sending = uploadBlob(repository, sourceOfBytes(BLOB), {
      signal: stop.signal,
      onBytes: () => {
        stop.abort();
      },
    });
    expect(await failure(sending)).toContain('error[build/interrupted]');
  });
});

async function* failing(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.alloc(10));
  throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', errno: -5, syscall: 'read' });
}
