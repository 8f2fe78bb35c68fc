import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../process/process';
import { toDigest } from '../reference';
import { writeImageLayout, type LayerBlob } from './image-layout';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'layout-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function layerOf(name: string): Promise<LayerBlob> {
  await writeFile(join(directory, name), name);
  const archive = join(directory, `${name}.tar`);
  await runCommand(['tar', '--create', '--file', archive, '--directory', directory, name]);
  const bytes = await readFile(archive);
  const digest = toDigest(`sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  return { digest, size: bytes.length, archive };
}

describe('writeImageLayout', () => {
  it('gives an image that skopeo reads, with the layers in order', async () => {
    const layers = [await layerOf('lower'), await layerOf('upper')];
    const diffIds = layers.map(({ digest }) => digest);
    const layout = join(directory, 'layout');
    const id = await writeImageLayout(layout, {
      config: {
        architecture: 'arm64',
        os: 'linux',
        created: '2026-01-01T00:00:00.000Z',
        config: { Labels: { a: 'b' } },
        rootfs: { type: 'layers', diff_ids: diffIds },
      },
      layers,
    });
    const { stdout } = await runCommand(['skopeo', 'inspect', '--no-tags', `oci:${layout}`]);
    expect(JSON.parse(stdout)).toMatchObject({
      Created: '2026-01-01T00:00:00Z',
      Architecture: 'arm64',
      Os: 'linux',
      Labels: { a: 'b' },
      Layers: diffIds,
    });
    const config = await runCommand(['skopeo', 'inspect', '--config', '--raw', `oci:${layout}`]);
    expect(createHash('sha256').update(config.stdout).digest('hex')).toBe(id);
    // skopeo checks every digest while it copies.
    await runCommand(['skopeo', 'copy', '--quiet', `oci:${layout}`, `dir:${join(directory, 'copy')}`]);
  });
});
