import { inventoryOf } from '../testing/inventory';
import { renderCollection } from './render';
import type { Collection } from './collect';

const [image] = inventoryOf([
  { id: '0123456789abcdef', variant: 'cyan', layers: [['own', 2_000_000]], parentLayers: 0, usedAt: 1_700_000_000_000 },
]).own;
if (image === undefined) throw new Error('the image is known');

const COLLECTION: Collection = {
  mode: 'remove',
  limit: 20e9,
  usage: [
    { variant: 'base', images: 1, needed: 180_000_000, unneeded: 0 },
    { variant: 'cyan', images: 3, needed: 12_000_000, unneeded: 2_000_000 },
  ],
  removed: [{ ...image, bytes: 2_000_000 }],
  kept: [{ ...image, retention: 'named', names: ['localhost/mine:1'] }],
  before: 194_000_000,
  after: 192_000_000,
  orphans: ['immutablue-build-cyan-1-2', '/tmp/immutablue-build-layer-3-4'],
};

it('says what was removed, what stayed and why, and what each variant takes', () => {
  expect(renderCollection(COLLECTION)).toMatchInlineSnapshot(`
   "VARIANT  IMAGES  NEEDED  NOT NEEDED
   base          1  180 MB         0 B
   cyan          3   12 MB      2.0 MB
   total         4  192 MB      2.0 MB

   removed immutablue-build-cyan-1-2, which a killed command has left
   removed /tmp/immutablue-build-layer-3-4, which a killed command has left
   removed cyan 0123456789ab (2.0 MB), last used 2023-11-14
   kept cyan 0123456789ab (localhost/mine:1): it has the name localhost/mine:1
   1 image less: the images of this workspace take 192 MB instead of 194 MB."
  `);
});

it('says what would be removed', () => {
  expect(renderCollection({ ...COLLECTION, mode: 'show' })).toContain('would remove cyan 0123456789ab (2.0 MB)');
});

it('says when the size cannot be reached', () => {
  expect(renderCollection({ ...COLLECTION, removed: [], after: 194_000_000, limit: 100_000_000 })).toContain(
    'take 194 MB, more than the 100 MB of diskSize: all that is left is needed.',
  );
});
