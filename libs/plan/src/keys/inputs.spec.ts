import { readsOf } from './inputs';

it('has every file in which the owners of overrides are looked up', () => {
  const reads = readsOf([{ name: '10-copy', steps: [{ kind: 'files', entries: [], phase: 'before-packages' }] }]);
  if (reads === 'everything') throw new Error('too much');
  expect(reads.paths).toEqual(
    expect.arrayContaining(['/etc/passwd', '/etc/group', '/usr/lib/passwd', '/usr/lib/group']),
  );
});
