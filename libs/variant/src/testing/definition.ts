import { type Entry, type PackagesDefinition } from '../packages-file/packages';
import { parsePackages } from '../packages-file/parse';
import { type BuildTarget } from '../packages-file/resolve';
import { buildOptions, release, releases, variantName } from './names';
import { render } from './render';

/** The packages.yaml with that text; a text with faults fails the spec. */
export function definitionOf(text: string, variant = 'base'): PackagesDefinition {
  const { value, diagnostics } = parsePackages({
    file: `packages/${variant}/packages.yaml`,
    text,
    variant: variantName(variant),
    options: buildOptions('gui', 'silverblue', 'cyan', 'nucleus'),
    releases: releases('43', '44'),
  });
  if (value === undefined) throw new Error(render(diagnostics));
  return value;
}

/** A build for which lists of other releases, architectures and options do not count. */
export const target: BuildTarget = {
  release: release('44'),
  architecture: 'x86_64',
  options: buildOptions('gui', 'silverblue', 'cyan'),
};

export const valuesOf = (entries: readonly Entry<unknown>[]) => entries.map((entry) => entry.value);
