import { layerOf } from '../testing/layer';
import { findConflict } from './conflict';
import type { Change } from './difference';
import { NOTHING, type Reads } from '@immutablue/plan';

const path = (changed: string): Change => ({ path: changed, extent: 'path' });
const tree = (changed: string): Change => ({ path: changed, extent: 'tree' });
const reads: Reads = { trees: ['/etc/dnf'], paths: ['/usr/lib/os-release'] };
const layers = [layerOf('/etc/', '/etc/mine=1', '/opt -> var/opt', '-/usr/share/doc', '/srv/', '-/srv/*')];

describe('findConflict', () => {
  it.each<[string, Change, Reads]>([
    ['a place that is read', path('/etc/dnf/dnf.conf'), reads],
    ['a path that is read', path('/usr/lib/os-release'), reads],
    ['a directory with something that is read in it', tree('/usr/lib'), reads],
    ['anything when everything is read', path('/anything'), 'everything'],
    ['a path that the layers have themselves', path('/etc/mine'), NOTHING],
    ['a directory that they have with its mode', path('/etc'), NOTHING],
    ['something below what they have made a link', path('/opt/x'), NOTHING],
    ['something below what they remove', path('/usr/share/doc/x'), NOTHING],
    ['something in a directory that they empty', path('/srv/x'), NOTHING],
    ['a tree that they write into', tree('/etc'), NOTHING],
    ['a tree that they remove something from', tree('/usr/share'), NOTHING],
  ])('is %s', (_, change, what) => {
    expect(findConflict([change], what, layers)?.path).toBe(change.path);
  });

  it.each<[string, Change]>([
    ['a new file in a directory that they write into', path('/etc/other')],
    ['the mode of a directory above what is read', path('/etc/dnfx')],
    ['a tree elsewhere', tree('/usr/lib64')],
  ])('is not %s', (_, change) => {
    expect(findConflict([change], reads, layers)).toBeUndefined();
  });
});
