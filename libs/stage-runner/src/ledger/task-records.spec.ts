import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toImageId } from '@immutablue/oci';
import { readDepBuilderImages, writeDepBuildersRecord } from './task-records';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'task-records-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

const depBuilderFor = (selection: string) =>
  ({
    variant: 'teal',
    containerfile: '',
    content: { folder: '', entries: [] },
    reference: `localhost/immutablue/dependencies-teal-for-teal:${selection}`,
    reads: 'everything',
    secrets: [],
  }) as const;

it('has the image of a dep-builder for the release and platform that it was made for, and no other', async () => {
  const image = toImageId('a'.repeat(64));
  const made = depBuilderFor('lab-44-x86_64');
  await writeDepBuildersRecord(directory, [made], new Map([['teal', image]]));
  expect(await readDepBuilderImages({ depBuilders: [made] }, directory)).toEqual(new Map([['teal', image]]));
  for (const other of ['fedora-44-x86_64', 'lab-44-aarch64', 'lab-43-x86_64']) {
    expect(await readDepBuilderImages({ depBuilders: [depBuilderFor(other)] }, directory)).toEqual(new Map());
  }
});
