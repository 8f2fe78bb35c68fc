import { byteSizeSchema, parseByteSize } from './byte-size';

describe('parseByteSize', () => {
  it.each([
    ['20 GB', 20e9],
    ['1.5TB', 1.5e12],
    ['500 MiB', 500 * 2 ** 20],
    ['10 kb', 10_000],
    ['0 B', 0],
  ])('%s', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  it.each(['', '20', 'GB', '-1 GB', '20 GBs', '20 iB', '1e3 MB'])('refuses `%s`', (text) => {
    expect(parseByteSize(text)).toBeUndefined();
  });
});

it('says what a size looks like', () => {
  expect(byteSizeSchema.safeParse('20').error?.issues[0]?.message).toBe(
    'expected a size, like `20 GB` or `500 MiB`, found `20`',
  );
});
