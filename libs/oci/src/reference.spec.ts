import { renderError } from '@immutablue/diagnostics';
import { UNSAFE } from '@immutablue/diagnostics/testing';
import { REFUSED_DIGESTS, REFUSED_REFERENCES } from './testing/hostile';
import { formatReference, isLocal, isLoopback, parseReference, toDigest, toImageId } from './reference';

function errorOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return renderError(error, { root: '/', colors: 'never' });
  }
  return '';
}

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseReference', () => {
  it.each([
    ['quay.io/immutablue/immutablue:44', { registry: 'quay.io', repository: 'immutablue/immutablue', tag: '44' }],
    ['localhost/immutablue/immutablue-cyan:44', { registry: 'localhost', tag: '44' }],
    [`127.0.0.1:5000/a/b@${digest}`, { registry: '127.0.0.1:5000', repository: 'a/b', digest }],
    [`[::1]:5000/a:x@${digest}`, { registry: '[::1]:5000', tag: 'x', digest }],
  ])('%s', (text, expected) => {
    const reference = parseReference(text);
    expect(reference).toMatchObject(expected);
    expect(reference && formatReference(reference)).toBe(text);
  });

  it.each(REFUSED_REFERENCES)('%j is not a full reference', (text) => {
    expect(parseReference(text)).toBeUndefined();
  });
});

describe('isLoopback', () => {
  it.each([
    ['localhost:5000', true],
    ['127.0.0.1:5000', true],
    ['127.8.9.1', true],
    ['[::1]:5000', true],
    ['quay.io', false],
    ['127.0.0.1.example.org', false],
    ['localhost.example.org', false],
  ])('%s: %s', (registry, expected) => {
    expect(isLoopback(registry)).toBe(expected);
  });
});

it('tells images of this machine from images of a registry', () => {
  expect(isLocal({ registry: 'localhost', repository: 'a' })).toBe(true);
  expect(isLocal({ registry: 'localhost:5000', repository: 'a' })).toBe(false);
});

describe('branded values', () => {
  it('accepts only what they are', () => {
    expect(toImageId(digest)).toBe('a'.repeat(64));
    expect(() => toImageId('latest')).toThrow('found `latest`');
    expect(() => toDigest('a'.repeat(64))).toThrow('expected a digest');
  });

  it.each(REFUSED_DIGESTS)('says safely and briefly that a program or a registry gave no digest: %j', (text) => {
    for (const take of [toDigest, toImageId]) {
      const rendered = errorOf(() => take(text));
      expect(rendered).toMatch(/^error\[oci\/unexpected-output\]: /);
      expect(rendered).not.toMatch(UNSAFE);
      expect(rendered.length).toBeLessThan(500);
    }
  });
});
