import type { DepBuilderSource, InstalledPackage, OverrideFile, PackageOrigin, PinnedDownload } from './contents';

/** What both kinds of documents say of where something comes from, by name. */
export type Properties = readonly (readonly [name: `immutablue:${string}`, value: string])[];

/** Pure. */
export function packageProperties({ origin, headerSha256 }: InstalledPackage): Properties {
  const header = headerSha256 === undefined ? [] : ([['immutablue:rpm-header-sha256', headerSha256]] as const);
  return [['immutablue:origin', origin.kind], ...originProperties(origin), ...header];
}

function originProperties(origin: PackageOrigin): Properties {
  switch (origin.kind) {
    case 'upstream':
      return [['immutablue:image', origin.image]];
    case 'asked':
      return [['immutablue:variant', origin.variant], ['immutablue:line', origin.line], ...lockProperties(origin)];
    case 'dependency':
      return [
        ['immutablue:variant', origin.variant],
        ['immutablue:line', origin.line],
        ['immutablue:dependency-of', origin.of],
        ...lockProperties(origin),
      ];
    case 'locked':
      return [['immutablue:variant', origin.variant], ...lockProperties(origin)];
    case 'dep-builder':
      return [
        ['immutablue:variant', origin.variant],
        ['immutablue:dep-builder', origin.depBuilders.join(' ')],
      ];
    case 'unplanned':
      return [['immutablue:variant', origin.variant]];
  }
}

function lockProperties({ lock }: Pick<Extract<PackageOrigin, { kind: 'asked' }>, 'lock'>): Properties {
  return lock === undefined ? [] : [['immutablue:lock', `${lock.line} ${lock.section} ${lock.nevra}`]];
}

/** Pure. */
export function downloadProperties({ variant, line }: PinnedDownload): Properties {
  return [
    ['immutablue:origin', 'pinned-file'],
    ['immutablue:variant', variant],
    ['immutablue:line', line],
  ];
}

/** Pure. */
export function overrideProperties({ variant, source }: OverrideFile): Properties {
  return [
    ['immutablue:origin', 'override'],
    ['immutablue:variant', variant],
    ['immutablue:line', source],
  ];
}

/** Pure. */
export function depBuilderProperties({ variant, containerfile }: DepBuilderSource): Properties {
  return [
    ['immutablue:origin', 'dep-builder'],
    ['immutablue:variant', variant],
    ['immutablue:line', containerfile],
  ];
}
