import { VITAL_REMOVALS } from '../testing/hostile';
import { vitalPathWith } from './vital';

describe('vitalPathWith', () => {
  it.each(VITAL_REMOVALS)('%s would take %s away', (path, vital) => {
    expect(vitalPathWith(path)).toBe(vital);
  });

  it.each([
    '/etc/resolv.conf',
    '/usr/lib/modules/6.18/build',
    '/usr/bin/bashbug',
    '/etc/yum.repos.d',
    '/opt',
    '/usr/share/doc',
  ])('%s can be removed', (path) => {
    expect(vitalPathWith(path)).toBeUndefined();
  });
});
