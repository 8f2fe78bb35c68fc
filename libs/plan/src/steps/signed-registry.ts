import { shellCommand } from '@immutablue/diagnostics';
import { lines } from '../containerfile/action';
import { ancestorsAndSelf, paths } from '../reads';
import { POLICY, withSignedRegistry } from '../signature-policy';
import type { StepKind } from './kind';

/** Has hosts take images of a registry and namespace only when they are signed; the rest of their policy stays. */
export interface SignedRegistryStep {
  readonly kind: 'signed-registry';
  readonly registry: string;
  /** Where the public key is in the image. */
  readonly keyPath: string;
}

export const signedRegistry: StepKind<SignedRegistryStep> = {
  duration: 'short',
  repositories: 'not-asked',
  purpose: ({ registry }) => `ask for signatures of ${registry}`,
  reads: () => paths(ancestorsAndSelf(POLICY)),
  inputs: ({ registry, keyPath }) => [{ noun: 'signed registry', name: registry, value: keyPath, writes: POLICY }],
  print: ({ registry, keyPath }) => [`${POLICY}: ${registry} by ${keyPath}`],
  run: async ({ registry, keyPath }, { root }) => {
    const text = (await root.exists(POLICY)) ? (await root.readFile(POLICY)).toString('utf8') : undefined;
    await root.writeFile(POLICY, withSignedRegistry(text, registry, keyPath), { mode: 0o644 });
  },
  containerfile: ({ registry, keyPath }) => lines([shellCommand(['ask_for_signatures', POLICY, registry, keyPath])]),
};
