import { freshHash, taskInputs } from './hash';

it('is the same for the same inputs, and another one for others', () => {
  expect(taskInputs('a', ['b'])).toBe(taskInputs('a', ['b']));
  expect(new Set([taskInputs('a', ['b']), taskInputs('a', 'b'), taskInputs(['a'], 'b')]).size).toBe(3);
});

it('is never the same twice where nothing may be answered from the cache', () => {
  const inputs = taskInputs('a');
  const [first, second] = [freshHash(inputs), freshHash(inputs)];
  expect(first).not.toBe(second);
  // Nx names files by it.
  expect(first).toMatch(/^[0-9a-f]{80}$/);
  expect(first.startsWith(inputs)).toBe(true);
});
