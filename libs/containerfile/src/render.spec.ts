import { createPlan } from '@immutablue/plan';
import { renderContainerfile, type ExportFacts } from './render';
import { planInput } from '@immutablue/plan/testing';

const facts: ExportFacts = {
  parent: { created: 1767225600, digest: 'sha256:parent' },
  depBuilders: [],
  functions: { 'functions.sh': '# functions\n' },
  common: '# common\n',
};

const packages = `immutablue:
  rpm:
    all: [tmux]
  file_rm:
    all: ["/etc/it's"]
  services_enable_sys:
    all: [sshd.service]
`;

const render = (text: string, given: ExportFacts = facts) =>
  renderContainerfile(createPlan(planInput({ packages: text })), given);

const runOf = (containerfile: string, stage: string) =>
  containerfile.split('\n\n').find((part) => part.startsWith(`# ${stage}:`)) ?? '';

it('has one RUN for a sub-stage, with what it mounts', () => {
  const run = runOf(render(packages).containerfile, '30-install-packages');
  expect(run.replace(/"[0-9a-f]{16}"/, '"<digest>"')).toBe(
    `# 30-install-packages: install packages
RUN --mount=type=bind,source=sub-stages/30-install-packages,target=/run/immutablue/sub-stage \\
    --mount=type=bind,source=functions,target=/run/immutablue/functions \\
    --mount=type=bind,from=lab,target=/run/immutablue/lab \\
    --mount=type=cache,target=/var/cache/dnf \\
    --mount=type=cache,target=/var/cache/libdnf5 \\
    ["bash","/run/immutablue/sub-stage/run.sh","<digest>"]`,
  );
});

it('says of each step what it is for, and quotes for bash', () => {
  const script = render(packages).context.find(({ path }) => path === 'sub-stages/50-remove-files/run.sh');
  expect(script?.content.kind === 'text' ? script.content.text : '').toContain(
    "\n# remove 1 path\nremove_paths '/etc/it'\\''s'\n",
  );
});

it('looks whether enabled units start with anything', () => {
  const script = render(packages).context.find(({ path }) => path === 'sub-stages/60-services/run.sh');
  expect(script?.content.kind === 'text' ? script.content.text : '').toContain(
    '\nenv SYSTEMD_OFFLINE=1 systemctl enable sshd.service\nrequire_enabled --system sshd.service\n',
  );
});

it('runs a sub-stage again when what it mounts changes, and no other', () => {
  const [before, after] = [render(packages), render(packages.replace('sshd.service', 'cups.service'))];
  const same = (stage: string) => runOf(before.containerfile, stage) === runOf(after.containerfile, stage);
  expect(same('30-install-packages')).toBe(true);
  expect(same('60-services')).toBe(false);
});

it('leaves the date open when the parent image is not known', () => {
  const { depBuilders, functions, common } = facts;
  const { containerfile } = render(packages, { depBuilders, functions, common });
  expect(containerfile).not.toContain('SOURCE_DATE_EPOCH=');
  expect(containerfile).toContain('\nARG SOURCE_DATE_EPOCH\n');
  expect(containerfile).not.toContain('base.digest');
});
