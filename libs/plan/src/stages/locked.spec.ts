import { parseLock } from '@immutablue/variant';
import { createPlan } from '../model';
import { partKey, partsOf } from '../keys/key';
import { planInput } from '../testing/plan-input';

const SUM = 'b'.repeat(64);

function lockedPlan(more = '') {
  const text = `${more}lab:\n  '44':\n    x86_64:\n      rpm:\n        requested: [tmux]\n        packages:\n          - { name: tmux, epoch: 0, version: '1', release: '1', arch: noarch, repository: lab, checksum: sha256:${SUM} }\n`;
  const { value } = parseLock('/workspace/packages/teal/packages.lock.yaml', text);
  const [lock] = value?.sections ?? [];
  if (lock === undefined) throw new Error('the lock is wrong');
  return createPlan({ ...planInput({ packages: 'immutablue:\n  rpm:\n    all: [tmux]\n' }), lock });
}

it('installs files by checksum, with no repository in sight', () => {
  const stage = lockedPlan().stages.find(({ name }) => name === '30-install-packages');
  expect(stage?.steps).toMatchObject([
    {
      kind: 'transaction',
      command: expect.arrayContaining(['--disablerepo=*', 'install', `/run/immutablue/locked/${SUM}.rpm`]),
      locked: { store: { source: '/cache/rpms' } },
    },
  ]);
});

it('has a key that comments of the lock do not reach', () => {
  const key = (more: string) => {
    const { checkpoint } = partsOf(lockedPlan(more));
    if (checkpoint === undefined) throw new Error('the plan has no checkpoint');
    const rest = {
      extent: 'whole' as const,
      reference: 'r',
      dependencyImageIds: [],
      repositoryState: 'r',
      codeDigest: 'c',
    };
    return partKey({ ...rest, segment: checkpoint });
  };
  expect(key('# why\n')).toBe(key(''));
});
