import { layerOf } from '../testing/layer';
import { differenceOf } from './difference';

const common = [layerOf('/etc/', '/etc/a=1', '/usr/', '/usr/lib/', '/usr/lib/x=1', '/bin -> usr/bin')];

function difference(before: readonly string[], after: readonly string[]): string[] {
  return differenceOf({ common, before: [layerOf(...before)], after: [layerOf(...after)] }).map(
    ({ path, extent }) => `${extent} ${path}`,
  );
}

describe('differenceOf', () => {
  it.each<[string, string[], string[], string[]]>([
    ['the same file in both', ['/etc/b=1'], ['/etc/b=1'], []],
    ['another content', ['/etc/b=1'], ['/etc/b=2'], ['path /etc/b']],
    ['another mode', ['0600 /etc/b=1'], ['/etc/b=1'], ['path /etc/b']],
    ['a file that only one has', ['/etc/b=1'], [], ['path /etc/b']],
    ['a file as it is below, written again', ['/etc/a=1'], [], []],
    ['a directory as it is below, written again', ['/etc/', '/etc/b=1'], ['/etc/b=1'], []],
    ['a file that is removed', [], ['-/etc/a'], ['path /etc/a']],
    ['a directory that is removed', [], ['-/usr/lib'], ['tree /usr/lib']],
    ['a directory that is emptied', [], ['/usr/lib/', '-/usr/lib/*'], ['tree /usr/lib']],
    ['a directory in the place of a link', [], ['/bin/'], ['tree /bin']],
    ['a link in the place of a directory', [], ['/etc -> usr/etc'], ['tree /etc']],
    ['another target, where another directory may be', ['/l -> a'], ['/l -> b'], ['tree /l']],
  ])('sees %s', (_, before, after, expected) => {
    expect(difference(before, after)).toEqual(expected);
  });
});
