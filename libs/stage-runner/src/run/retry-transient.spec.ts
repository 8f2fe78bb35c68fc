import { CommandError } from '@immutablue/oci';
import { retryTransientBuildahFailure } from './retry-transient';

const failure = (...tail: string[]) =>
  new CommandError({ argv: ['buildah', 'run'], exitCode: 255, stdout: '', tail, durationMs: 1 });

it('retries when buildah crashed', async () => {
  const noCopy = failure('Close_Fd sealing memfd copy: Device or resource busy', 'Error: exit status 1');
  const outcomes = [failure('Error: signal: killed'), noCopy, 'done'];
  const again = jest.fn();
  const work = () => {
    const outcome = outcomes.shift();
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome);
  };
  expect(await retryTransientBuildahFailure(work, again)).toBe('done');
  expect(again).toHaveBeenCalledTimes(2);
});

it.each([
  ['a command that failed', failure('killed by the user: signal: killed 9', 'exit status 1')],
  ['any other fault', new Error('signal: killed')],
])('does not after %s', async (_, error) => {
  const again = jest.fn();
  await expect(retryTransientBuildahFailure(() => Promise.reject(error), again)).rejects.toBe(error);
  expect(again).not.toHaveBeenCalled();
});

it('gives up after three attempts', async () => {
  const error = failure('Error: signal: killed');
  const work = jest.fn(() => Promise.reject(error));
  await expect(retryTransientBuildahFailure(work, () => undefined)).rejects.toBe(error);
  expect(work).toHaveBeenCalledTimes(3);
});
