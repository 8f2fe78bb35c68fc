import { createPlan } from '@immutablue/plan';
import { renderPlan } from './render-plan';
import { planInput, scriptOf } from '@immutablue/plan/testing';

const PACKAGES = `immutablue:
  repo_urls:
    all:
      - name: example.repo
        url: https://example.org/example.repo
  rpm:
    all: [tmux]
  rpm_teal:
    '44': [htop]
    '43': [btop]
  rpm_url:
    all: [https://example.org/release-44.noarch.rpm]
  rpm_rm_silverblue:
    all: [firefox]
  file_rm:
    all: [/etc/example]
  downloads:
    all_x86_64:
      - {name: sops, url: 'https://example.org/sops', sha256: SHA, path: /usr/bin/sops}
      - {name: flux, url: 'https://example.org/flux.tgz', sha256: SHA, path: /usr/bin/flux, member: flux}
  quadlets_enable_sys:
    all: [web.container]
  services_enable_sys:
    all: [sshd.service]
  services_mask_user:
    all: [a.timer]
`.replaceAll('SHA', '0a'.repeat(32));

describe('createPlan', () => {
  it('says everything that a build will do, on the lab', () => {
    expect(renderPlan(createPlan(planInput({ packages: PACKAGES })), '/workspace')).toMatchSnapshot();
  });

  it('differs on the real registries by the mapping of references alone', () => {
    const lab = renderPlan(createPlan(planInput({ packages: PACKAGES, upstream: 'lab' })), '/workspace');
    const fedora = renderPlan(createPlan(planInput({ packages: PACKAGES, upstream: 'fedora' })), '/workspace');
    const unmapped = lab
      .replaceAll(
        'file:///run/immutablue/lab/repositories/example.org_example.repo',
        'https://example.org/example.repo',
      )
      .replaceAll('/run/immutablue/lab/urls/', 'https://example.org/')
      .replaceAll('file:///run/immutablue/lab/downloads/example.org_', 'https://example.org/')
      // The lab's stand-ins have checksums of their own, and are no archives.
      .replace('/flux.tgz', '/flux.tgz (flux)')
      .replaceAll(/sha256 [0-9a-f]{64}/g, `sha256 ${'0a'.repeat(32)}`)
      .replaceAll(' --volume /workspace/.immutablue/lab/repository:/run/immutablue/lab:ro', '')
      .replaceAll('localhost/immutablue/', 'quay.io/immutablue/')
      .replaceAll('/packages/lab-44-', '/packages/fedora-44-')
      .replaceAll('io.immutablue.upstream=lab', 'io.immutablue.upstream=fedora')
      .replace(/upstream {2}lab.*/, 'upstream  the real registries');
    // The description of the image, written as a file, names the upstream too: its size differs by that word.
    const sizes = / \d+ bytes/g;
    expect(unmapped.replaceAll(sizes, '')).toBe(fedora.replaceAll(sizes, ''));
  });

  it('runs on an upstream image of its own, mapped on the lab and pulled from the registry', () => {
    const variant =
      'name: teal\ndescription: A test\nfrom: quay.io/fedora-ostree-desktops/base-atomic\noptions: [teal]\n';
    const plan = (upstream: 'lab' | 'fedora') => createPlan(planInput({ variant, upstream }));
    expect(plan('lab').parent).toEqual({
      kind: 'upstream',
      original: 'quay.io/fedora-ostree-desktops/base-atomic:44',
      reference: 'localhost/immutablue-lab/fedora-ostree-desktops/base-atomic:44',
    });
    expect(renderPlan(plan('lab'), '/workspace')).not.toContain('buildah pull');
    expect(renderPlan(plan('fedora'), '/workspace')).toContain(
      'buildah pull --quiet --policy always --arch amd64 quay.io/fedora-ostree-desktops/base-atomic:44',
    );
  });

  it('leaves sub-stages empty that have nothing to do, and keeps them in the plan', () => {
    const plan = createPlan(planInput());
    expect(plan.stages.map((stage) => [stage.name, stage.steps.length])).toEqual([
      ['00-pre', 2],
      ['10-copy', 0],
      ['20-add-repos', 0],
      ['30-install-packages', 0],
      ['40-uninstall-packages', 0],
      ['50-remove-files', 0],
      ['60-services', 0],
      ['90-post', 4],
    ]);
  });

  it("runs a variant's script after what the workspace does, and cleans up after the last one", () => {
    const plan = createPlan({
      ...planInput({ packages: PACKAGES }),
      scripts: ['90-post', '60-services', '35-mesa'].map((stage) => scriptOf(stage, 'a')),
    });
    const kinds = Object.fromEntries(plan.stages.map((stage) => [stage.name, stage.steps.map((step) => step.kind)]));
    expect(kinds['10-copy']).toEqual(['pinned-files']);
    expect(kinds['60-services']).toEqual(['units', 'units', 'quadlets', 'script']);
    expect(kinds['35-mesa']).toEqual(['script']);
    expect(kinds['90-post']).toEqual(['write-file', 'os-release', 'script', 'clean', 'commit']);
  });
});
