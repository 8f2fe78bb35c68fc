import { errorFrom, renderError, type Diagnostic } from '@immutablue/diagnostics';
import { type EffectiveEntry, type OverrideTree } from '../entry';
import { effectiveOverrides } from '../effective/effective';
import { scanTree } from '../tree/scan';
import { plant, type Plants } from './plant';

/** Makes a tree in `directory` and scans it, which must find nothing wrong. */
export async function effectiveTree(directory: string, plants: Plants): Promise<readonly EffectiveEntry[]> {
  const tree: OverrideTree = { variant: 'cyan', directory: plant(directory, plants) };
  const { manifest, diagnostics } = await scanTree(tree);
  expect(diagnostics).toEqual([]);
  return effectiveOverrides([manifest]).entries;
}

/** Diagnostics as a person reads them, with paths relative to `root`. */
export function rendered(diagnostics: readonly Diagnostic[], root: string): string {
  const error = errorFrom(diagnostics);
  return error === undefined ? '' : renderError(error, { root, colors: 'never' });
}

/** The error that `operation` throws, as a person reads it. */
export async function renderedError(operation: () => Promise<unknown>, root: string): Promise<string> {
  try {
    await operation();
  } catch (error) {
    return renderError(error, { root, colors: 'never' }).replaceAll(root, '<tmp>');
  }
  throw new Error('nothing was thrown');
}
