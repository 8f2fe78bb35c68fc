import { hashOfTask } from './hash';

const there = new Set<string>();
const notes = new Map<string, string[]>();
const hashed = (inputs = 'inputs', storeId = 'store') =>
  hashOfTask({
    inputs,
    storeId,
    noteOf: (one) => {
      const images = notes.get(one);
      return Promise.resolve(images && { images });
    },
    isThere: (image) => there.has(image),
  });
const hash = async (...query: Parameters<typeof hashed>) => (await hashed(...query)).value;

beforeEach(() => {
  there.clear();
  notes.clear();
});

it('is another one for other inputs and another store', async () => {
  expect(new Set([await hash(), await hash('others'), await hash('inputs', 'other')]).size).toBe(3);
});

it('stays when the images of the task are there, and when no such task has run', async () => {
  const first = await hash();
  notes.set(first, ['a', 'b']);
  there.add('a').add('b');
  expect(await hashed()).toEqual({ value: first, left: { images: ['a', 'b'] } });
});

it('is another one when an image is gone, and again when that of the next is', async () => {
  const first = await hash();
  notes.set(first, ['a', 'b']);
  there.add('a');
  const second = await hash();
  expect(second).not.toBe(first);
  notes.set(second, ['c']);
  const third = await hash();
  expect([first, second]).not.toContain(third);
});

it('is the first one again when its images are back: what Nx keeps of it is true', async () => {
  const first = await hash();
  notes.set(first, ['a']);
  notes.set(await hash(), ['a']);
  there.add('a');
  expect(await hash()).toBe(first);
});
