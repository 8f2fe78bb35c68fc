import { toDigest, toImageId } from '@immutablue/oci';
import { parsePublicKey } from '@immutablue/signing';
import type { Statement } from '../provenance/statement';
import { statement } from '../testing/statement';
import { renderVerification } from './render';
import type { Verification } from './verify-image';

/** A key that is the same in each run. */
const KEY = parsePublicKey(
  `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
`,
  'signing.pub',
);

const base = (digit: string): Verification['image'] => ({
  registry: 'quay.io',
  repository: 'immutablue/immutablue-teal',
  digest: toDigest(`sha256:${digit.repeat(64)}`),
  imageId: toImageId(digit.repeat(64)),
  layers: [],
});

function verification(one: Statement | undefined, change: Partial<Verification> = {}): Verification {
  return {
    image: base('a'),
    signature: 'proven',
    documents: 'proven',
    faults: [],
    ...(one === undefined ? {} : { statement: one }),
    ...change,
  };
}

const SBOM = { name: 'teal.spdx.json', mediaType: 'application/spdx+json', digest: { sha256: '5'.repeat(64) } };
const on = (annotations: Record<string, string>) => ({
  name: 'quay.io/fedora-ostree-desktops/silverblue:44',
  digest: { sha256: '8'.repeat(64) },
  annotations: { kind: 'parent configuration', ...annotations },
});
const of = (kind: string) => ({ name: kind, annotations: { kind } });

function render(one: Verification): string {
  const lines = renderVerification(one, KEY);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  return `\n${lines.join('\n')}\n`;
}

it('says all of an image on an upstream one', () => {
  const materials = [on({}), of('override'), of('file of a script'), of('pinned download'), of('locked RPM')];
  const one = statement({ materials, internal: { packages: 'locked' }, documents: [SBOM] });
  expect(render(verification(one))).toMatchInlineSnapshot(`
   "
   quay.io/immutablue/immutablue-teal
     sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
     signature   by the key sha256:a1e9156054e0
     provenance  by the same key, of this digest
     built       teal for Fedora 44, x86_64, from fedora
     sources     commit cccccccccccccccccccccccccccccccccccccccc
     files       2 files, 1 pinned download
     packages    1 RPM by checksum, from a lock
     stands on   quay.io/fedora-ostree-desktops/silverblue:44, image 888888888888
     documents   teal.spdx.json
   "
  `);
});

it('says that a parent is not proven', () => {
  const one = statement({ materials: [on({ variant: 'base' })], documents: [SBOM] });
  const faults = [{ code: 'attest/not-attested', message: '' }] as const;
  const parent = verification(undefined, { image: base('9'), faults });
  expect(render(verification(one, { parent }))).toContain('stands on   base, 999999999999, not proven');
});

it('says that files were of no commit, and that documents are missing', () => {
  const workspace = { state: 'modified', commit: 'c'.repeat(40) } as const;
  const one = statement({ materials: [on({})], internal: { workspace } });
  const said = render(verification(one, { documents: 'failed' }));
  expect(said).toContain('sources     commit cccccccccccc with changes that are in no commit');
  expect(said).toContain('documents   not all that the provenance names');
});

it('says that nothing is proven', () => {
  const nothing = verification(undefined, { signature: 'failed', documents: 'failed' });
  expect(render(nothing)).toMatchInlineSnapshot(`
   "
   quay.io/immutablue/immutablue-teal
     sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
     signature   not by the key
     provenance  none by the key
   "
  `);
});
