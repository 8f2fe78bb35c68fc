import { join } from 'node:path';
import { keysOf, partsIn } from '@immutablue/plan';
import { PLATFORMS } from '@immutablue/variant';
import { ENTRIES } from '../ledger/entry';
import { renderPlan } from '../report/render-plan';
import { readFamily } from './read-family';
import { readPlan } from './read-plan';
import { SETTINGS } from '@immutablue/plan/testing';

const workspaceRoot = join(__dirname, '../../../..');

/** The six variants of this workspace: the `fedora` profile cannot be built everywhere, but it can be planned. */
describe('the family of this workspace', () => {
  const parents: Record<string, string> = {
    asahi: 'quay.io/fedora-asahi-remix-atomic-desktops/silverblue:44',
    base: 'quay.io/fedora-ostree-desktops/silverblue:44',
    cyan: 'quay.io/immutablue/immutablue:44',
    kuberblue: 'quay.io/immutablue/immutablue:44',
    nucleus: 'quay.io/fedora-ostree-desktops/base-atomic:44',
    trueblue: 'quay.io/immutablue/immutablue:44',
  };

  it('has six variants, each for one platform', async () => {
    const family = await readFamily(join(workspaceRoot, 'packages'));
    expect(family.variants.map((variant) => variant.name).sort()).toEqual(Object.keys(parents));
    for (const variant of family.variants) {
      expect(variant.platforms).toEqual([variant.name === 'asahi' ? PLATFORMS[1] : PLATFORMS[0]]);
    }
  });

  it.each(Object.keys(parents))('plans %s on the real registries without a trace of the lab', async (variant) => {
    const plan = await readPlan({
      workspaceRoot,
      settings: SETTINGS,
      variant,
      release: SETTINGS.releases[0],
      upstream: 'fedora',
    });
    expect(plan.parent.reference).toBe(parents[variant]);
    expect(plan.reference).toMatch(/^quay\.io\/immutablue\/immutablue(-[a-z]+)?:44(-aarch64)?$/);
    expect(renderPlan(plan, workspaceRoot)).not.toMatch(/\blab\b|localhost/);
  });

  it.each(Object.keys(parents))('has inputs of %s that the next build can read again', async (variant) => {
    const selection = { release: SETTINGS.releases[0], upstream: 'fedora' } as const;
    const plan = await readPlan({ workspaceRoot, settings: SETTINGS, variant, ...selection });
    const inputs = partsIn(keysOf(plan, new Map()).parts).flatMap((part) => part.inputs);
    const last = { imageId: 'a'.repeat(64), parent: { imageId: 'b'.repeat(64), layers: [], created: 0 }, inputs };
    const entry = { ...last, depBuilders: {}, repositories: '', code: '', durations: {} };
    expect(ENTRIES.builds.safeParse({ reference: plan.reference, last: entry }).error?.issues).toBeUndefined();
  });

  it('keeps everything graphical out of nucleus', async () => {
    const plan = await readPlan({
      workspaceRoot,
      settings: SETTINGS,
      variant: 'nucleus',
      release: SETTINGS.releases[0],
      upstream: 'lab',
    });
    const text = renderPlan(plan, workspaceRoot);
    expect(text).toContain('tmux');
    expect(text).not.toMatch(/Xwayland|xrdp|gnome-shell|firewall-applet/);
  });
});
