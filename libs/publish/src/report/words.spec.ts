import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toDigest } from '@immutablue/oci';
import type { PublishEvent } from '../event';
import type { PlannedLayer } from '../layers/model';
import { eventText } from './words';

const digest = toDigest(`sha256:${'0123456789abcdef'.repeat(4)}`);
const destination = { host: 'quay.io', repository: 'immutablue/immutablue-cyan' };
const layer: PlannedLayer = {
  diffId: digest,
  packed: { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, size: 217_000_000 },
  whereabouts: { kind: 'missing' },
};

const EVENTS: readonly PublishEvent[] = [
  { kind: 'waiting', holder: 'a build' },
  { kind: 'packing', diffId: digest },
  { kind: 'sending', layer, bytes: 1 },
  { kind: 'layer', layer, outcome: 'present' },
  { kind: 'layer', layer, outcome: 'mounted' },
  { kind: 'layer', layer, outcome: 'uploaded' },
  { kind: 'image-stored', image: { ...destination, digest } },
  { kind: 'documents-stored', names: [] },
  { kind: 'documents-stored', names: ['sbom.spdx.json', 'sbom.cdx.json'] },
  { kind: 'no-release-note' },
  { kind: 'parent-not-published', parent: 'immutablue/immutablue' },
  { kind: 'attested' },
  { kind: 'signed' },
  { kind: 'unsigned' },
  { kind: 'checking', image: { ...destination, digest } },
  { kind: 'checked' },
  { kind: 'tagged', destination, tag: '44', before: undefined },
  { kind: 'tagged', destination, tag: '44', before: digest },
];

it('says in a line what happens', () => {
  expect(EVENTS.map(eventText)).toMatchInlineSnapshot(`
   [
     "  waiting for a build",
     "  compressing layer sha256:0123456789ab",
     undefined,
     "  layer sha256:0123456789ab (217 MB) is there",
     "  layer sha256:0123456789ab (217 MB) taken from another repository",
     "  layer sha256:0123456789ab (217 MB) sent",
     "  image sha256:0123456789ab is there, without a tag",
     undefined,
     "  sbom.spdx.json, sbom.cdx.json hang on it",
     "  no release note: the tag stood for an image that cannot be compared",
     "  warning: it was not built on what hosts get of immutablue/immutablue",
     "  provenance attested",
     "  signed",
     "  not signed: \`npx nx g @immutablue/nx:signing\` makes hosts ask for signatures",
     "  pulling it as a host that runs it, under its own policy.json",
     "  a host takes it",
     "  tag 44",
     "  tag 44, before sha256:0123456789ab",
   ]
  `);
});

it('fits a terminal of 80 columns', () => {
  for (const event of EVENTS) expect(eventText(event)?.length ?? 0).toBeLessThanOrEqual(80);
});

it('says what docs/publishing.md shows', () => {
  const text = readFileSync(join(__dirname, '../../../../docs/publishing.md'), 'utf8');
  const shown = [...text.matchAll(/```\npublishing .*\n(?<lines>(?: {2}.*\n)+)/g)].flatMap(({ groups }) =>
    (groups?.['lines'] ?? '').trimEnd().split('\n'),
  );
  expect(shown.length).toBeGreaterThan(10);
  const said = new Set(EVENTS.map((event) => withoutNames(eventText(event) ?? '')));
  expect(shown.filter((line) => line !== '  …' && !said.has(withoutNames(line)))).toEqual([]);
});

/** A line without what differs from image to image. */
function withoutNames(line: string): string {
  return line
    .replace(/sha256:[0-9a-f]+/, 'DIGEST')
    .replace(/\([\d.]+ [kMG]?B\)/, '(SIZE)')
    .replace(/^ {2}tag \S+$/, '  tag TAG');
}
