import { isBuildOption, isRelease, isVariantName, RESERVED_OPTIONS } from './names';
import { LIST_KEYS, shownKey } from './packages-file/keys';
import { ARCHITECTURES } from './platform';

describe('RESERVED_OPTIONS', () => {
  it('are the architectures, and the words that turn one key into another', () => {
    const names = LIST_KEYS.map(shownKey);
    const words = names.flatMap((name) =>
      names.filter((other) => other.startsWith(`${name}_`)).map((other) => other.slice(name.length + 1)),
    );
    const singleWords = words.filter((word) => !word.includes('_'));
    expect(RESERVED_OPTIONS.toSorted()).toEqual([...new Set([...singleWords, ...ARCHITECTURES])].toSorted());
  });
});

describe('the forms of names', () => {
  it.each([
    ['cyan', true, true],
    ['my-blue2', true, true],
    ['rm', true, false],
    ['aarch64', true, false],
    ['Cyan', false, false],
    ['2blue', false, false],
    ['my_blue', false, false],
    ['my--blue', false, false],
    ['-cyan', false, false],
    ['cyan-', false, false],
    ['', false, false],
    ['a b', false, false],
    ['../base', false, false],
    ['cyan\n', false, false],
  ])('%j: a variant %s, an option %s', (text, variant, option) => {
    expect([isVariantName(text), isBuildOption(text)]).toEqual([variant, option]);
  });

  it.each([
    ['44', true],
    ['rawhide', false],
    ['044', false],
    ['44.1', false],
    ['-44', false],
  ])('%j: a release %s', (text, expected) => {
    expect(isRelease(text)).toBe(expected);
  });
});
