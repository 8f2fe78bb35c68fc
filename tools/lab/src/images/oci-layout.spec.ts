import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '@immutablue/oci';
import { readLayer, writeLayerDescription } from './layer';
import { writeLayout } from './oci-layout';
import { createTestLab, type TestLab } from '../testing/lab';

let lab: TestLab;
beforeEach(async () => {
  lab = await createTestLab();
});
afterEach(() => lab.remove());

async function layerOf(name: string) {
  await writeFile(join(lab.directory, name), name);
  const tarFile = join(lab.directory, `${name}.tar`);
  await runCommand(['tar', '--create', '--file', tarFile, '--directory', lab.directory, name]);
  await writeLayerDescription(tarFile, lab.context.signal);
  return await readLayer(tarFile);
}

describe('writeLayout', () => {
  it('gives an image that skopeo reads, with the layers in order', async () => {
    const layers = [await layerOf('lower'), await layerOf('upper')];
    const directory = join(lab.directory, 'layout');
    await writeLayout(directory, { architecture: 'arm64', labels: { a: 'b' }, created: 1767225600, layers });
    const { stdout } = await runCommand(['skopeo', 'inspect', '--no-tags', `oci:${directory}`]);
    expect(JSON.parse(stdout)).toMatchObject({
      Created: '2026-01-01T00:00:00Z',
      Architecture: 'arm64',
      Os: 'linux',
      Labels: { a: 'b' },
      Layers: layers.map(({ digest }) => digest),
    });
    // skopeo checks every digest while it copies.
    await runCommand(['skopeo', 'copy', '--quiet', `oci:${directory}`, `dir:${join(lab.directory, 'copy')}`]);
  });
});
