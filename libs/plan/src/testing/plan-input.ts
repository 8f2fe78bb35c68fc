import { join } from 'node:path';
import {
  checkedValue,
  imageSettingsSchema,
  parseFamily,
  parsePackages,
  resolveFiles,
  type Release,
  type UpstreamProfileName,
} from '@immutablue/variant';
import type { PlanInput } from '../model';
import type { PlannedScript } from '../script';

export const SETTINGS = imageSettingsSchema.parse({ releases: ['44', '43'] });

export interface InputTexts {
  readonly upstream?: UpstreamProfileName;
  readonly packages?: string;
  readonly variant?: string;
  /** The scripts of the variant: the digest of each, by the sub-stage that it is. */
  readonly scripts?: Readonly<Record<string, string>>;
}

const BASE = `name: base
description: The base
from: quay.io/fedora-ostree-desktops/silverblue
image: immutablue
options: [gui, silverblue]
`;

/** The input of a plan of a small variant `teal` on `base`, from the text of its files. */
export function planInput(texts: InputTexts = {}): PlanInput {
  const root = '/workspace';
  const variants = {
    base: BASE,
    teal: texts.variant ?? 'name: teal\ndescription: A test\nfrom: base\noptions: [teal]\n',
  };
  const family = checkedValue(
    parseFamily(
      Object.entries(variants).map(([name, text]) => ({ file: join(root, 'packages', name, 'variant.yaml'), text })),
    ),
  );
  const variant = family.variant('teal');
  const release = '44' as Release;
  const packages = checkedValue(
    parsePackages({
      file: join(root, 'packages/teal/packages.yaml'),
      text: texts.packages ?? 'immutablue:\n',
      variant: variant.name,
      options: family.knownOptions,
      releases: SETTINGS.releases,
    }),
  );
  const upstream = texts.upstream ?? 'lab';
  return {
    variant,
    settings: SETTINGS,
    code: 'code',
    repositories: { kind: 'fixed', digest: 'repositories' },
    release,
    architecture: 'x86_64',
    upstream,
    packages: checkedValue(resolveFiles([packages], { release, architecture: 'x86_64', options: variant.options })),
    packageFiles: [],
    credentials: [],
    overrides: [],
    overridesInPlace: [],
    scripts: Object.entries(texts.scripts ?? {}).map(([stage, sha256]) => scriptOf(stage, sha256)),
    depBuilders: [],
    from: variant.from.kind === 'variant' ? { kind: 'variant', variant: family.variant('base') } : variant.from,
  };
}

/** A script of `teal` that sees nothing but itself. */
export function scriptOf(stage: string, sha256: string, folder = '/workspace/packages/teal'): PlannedScript {
  const path = `build/${stage}.sh`;
  const sees = { folder, entries: [{ type: 'file', path, mode: 0o644, sha256 }] } as const;
  return { stage, variant: 'teal', file: `${folder}/${path}`, sees, reads: 'everything', secrets: [], common: '' };
}
