import { symlinkSync, writeFileSync } from 'node:fs';
import { imageWith } from '../../testing/image-root';
import { utf8 } from './names';

/** The name `x` and a byte that no UTF-8 begins with. */
const NOT_UTF8 = Buffer.from([0x78, 0xff]);

it('finds names and targets that are not UTF-8, and takes a real U+FFFD for what it is', async () => {
  const image = await imageWith({ '/usr/\ufffd': 'x', '/usr/a': 'x' });
  const place = Buffer.from(`${image.root.mountPoint}/usr/`);
  writeFileSync(Buffer.concat([place, NOT_UTF8]), '');
  symlinkSync(NOT_UTF8, Buffer.concat([place, Buffer.from('link')]));
  expect((await utf8.run(image)).map(({ message }) => message)).toEqual([
    'the target of the link `/usr/link` is not UTF-8',
    'the name `/usr/x\ufffd` is not UTF-8',
  ]);
});
