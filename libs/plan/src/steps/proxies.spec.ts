import { parseLock } from '@immutablue/variant';
import { createPlan } from '../create-plan';
import { planInput, scriptOf } from '../testing';
import { kindOf } from './registry';

const PACKAGES = `immutablue:
  repo_urls:
    all:
      - {name: a.repo, url: 'https://example.org/a.repo'}
  rpm_url:
    all: ['https://example.org/x.rpm']
  rpm:
    all: [tmux]
  rpm_rm:
    all: [vim]
  pip_packages:
    all: [pulsemixer]
  services_enable_sys:
    all: [sshd.service]
  services_mask_user:
    all: [x.service]
`;

/** What each command of a plan gets, by its first words and the list that it is of. */
function proxiesOf(plan: ReturnType<typeof createPlan>): string[] {
  return plan.stages.flatMap(({ steps }) =>
    steps.flatMap((step) =>
      kindOf(step)
        .print(step, { path: String, place: () => '' })
        .flatMap((line) =>
          typeof line !== 'string' && line.kind === 'command'
            ? [`${kindOf(step).purpose(step)}: ${line.command.proxies}`]
            : [],
        ),
    ),
  );
}

it('gives the proxies of this machine to what fetches, and to nothing else', () => {
  const plan = createPlan({ ...planInput({ packages: PACKAGES }), scripts: [scriptOf('45-kernel', 'a')] });
  expect(proxiesOf(plan)).toMatchInlineSnapshot(`
   [
     "fetch the repository definition a.repo: passed",
     "install 1 RPM: passed",
     "install 1 package: passed",
     "install 1 Python package: passed",
     "remove 1 package: withheld",
     "run teal/build/45-kernel.sh: withheld",
     "enable 1 system unit: withheld",
     "mask 1 user unit: withheld",
   ]
  `);
});

it('gives none to the installation of what a lock lists, which is fetched before', () => {
  const text = `lab:\n  '44':\n    x86_64:\n      rpm:\n        requested: [tmux]\n        packages:\n          - { name: tmux, epoch: 0, version: '1', release: '1', arch: noarch, repository: lab, checksum: sha256:${'b'.repeat(64)} }\n`;
  const [lock] = parseLock('/workspace/packages/teal/packages.lock.yaml', text).value?.sections ?? [];
  if (lock === undefined) throw new Error('the lock is wrong');
  const plan = createPlan({ ...planInput({ packages: 'immutablue:\n  rpm:\n    all: [tmux]\n' }), lock });
  expect(proxiesOf(plan)).toEqual(['install 1 package, as locked: withheld']);
});
