import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodeOf } from '@immutablue/diagnostics';
import {
  clearWork,
  describeArtifact,
  ensureArtifact,
  isWhole,
  listArtifacts,
  removeArtifact,
  tidyWork,
} from './artifact';
import { runInStep } from '../context';
import { createTestLab, type TestLab } from '../testing/lab';

let lab: TestLab;
beforeEach(async () => {
  lab = await createTestLab();
});
afterEach(() => lab.remove());

const describeIt = (recipe: string) => describeArtifact(lab.context.paths, 'stand-ins', 'things', recipe);

describe('ensureArtifact', () => {
  it('makes what is missing, once', async () => {
    const artifact = describeIt('a');
    let made = 0;
    const make = async (directory: string) => {
      made += 1;
      await writeFile(join(directory, 'file'), 'content');
    };
    expect(await isWhole(artifact)).toBe(false);
    await ensureArtifact(lab.context, artifact, make);
    await ensureArtifact(lab.context, artifact, make);
    expect(made).toBe(1);
    expect(await readFile(join(artifact.directory, 'file'), 'utf8')).toBe('content');
    expect(await readdir(lab.context.paths.work)).toEqual([]);
    expect(lab.lines).toEqual([expect.stringMatching(/^things: done in \d+\.\d s$/)]);
  });

  it('keeps artifacts of different recipes apart', async () => {
    await ensureArtifact(lab.context, describeIt('a'), () => Promise.resolve());
    expect(await isWhole(describeIt('b'))).toBe(false);
    expect(await listArtifacts(lab.context.paths, 'stand-ins')).toEqual([describeIt('a').directory]);
  });

  it('leaves nothing that looks whole when making fails', async () => {
    const failing = ensureArtifact(lab.context, describeIt('a'), async (directory) => {
      await writeFile(join(directory, 'half'), '');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await isWhole(describeIt('a'))).toBe(false);
    expect(await readdir(lab.context.paths.work)).toEqual([]);
  });

  it('stops the command at hand and leaves nothing when it is interrupted', async () => {
    const failing = ensureArtifact(lab.context, describeIt('a'), async (directory, step) => {
      await writeFile(join(directory, 'half'), '');
      const running = runInStep(step, ['sleep', '600']);
      lab.abort();
      await running;
    });
    expect(exitCodeOf(await failing.catch((error: unknown) => error))).toBe(130);
    expect(await isWhole(describeIt('a'))).toBe(false);
    expect(await readdir(lab.context.paths.work)).toEqual([]);
  });

  it('names the step and shows the last lines of a command that fails', async () => {
    const failing = ensureArtifact(lab.context, describeIt('a'), async (_, step) => {
      await runInStep(step, ['bash', '-c', 'echo E: Unable to connect to archive.example >&2; exit 100']);
    });
    await expect(failing).rejects.toMatchObject({
      diagnostics: [
        {
          code: 'lab/step-failed',
          message: 'the lab could not make: things',
          notes: expect.arrayContaining(['E: Unable to connect to archive.example']),
          hint: expect.stringContaining('check the network'),
        },
      ],
    });
  });
});

describe('removal', () => {
  it('takes the artifact away whole and clears the work directory', async () => {
    const artifact = await ensureArtifact(lab.context, describeIt('a'), () => Promise.resolve());
    await removeArtifact(lab.context.paths, artifact.directory);
    expect(await isWhole(artifact)).toBe(false);
    await tidyWork(lab.context.paths);
    expect(await readdir(lab.context.paths.cache)).not.toContain('work');
    await mkdir(join(lab.context.paths.work, 'left/by/a/run'), { recursive: true });
    // It may be another run's by now.
    await tidyWork(lab.context.paths);
    expect(await readdir(lab.context.paths.work)).toEqual(['left']);
    await clearWork(lab.context.paths);
    expect(await readdir(lab.context.paths.cache)).not.toContain('work');
  });
});
