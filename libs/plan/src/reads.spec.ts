import { readsOf } from './reads';

describe('readsOf', () => {
  it('has every file in which the owners of overrides are looked up', () => {
    const reads = readsOf([{ kind: 'apply-overrides', purpose: 'copy', entries: [] }]);
    if (reads === 'everything') throw new Error('too much');
    expect(reads.paths).toEqual(
      expect.arrayContaining(['/etc/passwd', '/etc/group', '/usr/lib/passwd', '/usr/lib/group']),
    );
  });
});
