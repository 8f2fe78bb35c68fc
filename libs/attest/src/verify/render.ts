import { count, fitTo, visible } from '@immutablue/diagnostics';
import type { PublicKey } from '@immutablue/signing';
import { fingerprint } from '../fingerprint';
import { kindOfMaterial, type MaterialKind } from '../provenance/materials';
import type { Statement } from '../provenance/statement';
import { documentsOf, parentIn } from './judge';
import type { Verification } from './verify-image';

/** Lines are no longer than this. */
const COLUMNS = 80;

/** What is proven of an image, in a few lines. Pure. */
export function renderVerification(verification: Verification, key: PublicKey): readonly string[] {
  const { image, signature, statement } = verification;
  const by = signature === 'proven' ? `by the key sha256:${short(fingerprint(key))}` : 'not by the key';
  const rows = [
    ['signature', by],
    ...(statement === undefined ? [['provenance', 'none by the key']] : provenanceRows(verification, statement)),
  ];
  return [
    `${image.registry}/${image.repository}`,
    `  ${image.digest}`,
    ...rows.map(([what = '', text = '']) => `  ${what.padEnd(12)}${text}`),
  ].map((line) => fitTo(COLUMNS, visible(line)));
}

function provenanceRows(verification: Verification, statement: Statement): readonly (readonly [string, string])[] {
  const { variant, release, architecture, upstream } = statement.predicate.buildDefinition.externalParameters;
  return [
    ['provenance', 'by the same key, of this digest'],
    ['built', `${variant} for Fedora ${release}, ${architecture}, from ${upstream}`],
    ['sources', sourcesText(statement)],
    ['files', filesText(statement)],
    ['packages', packagesText(statement)],
    ['stands on', parentText(verification, statement)],
    ['documents', documentsText(verification, statement)],
  ];
}

function sourcesText({ predicate }: Statement): string {
  const { workspace } = predicate.buildDefinition.internalParameters;
  switch (workspace.state) {
    case 'clean':
      return `commit ${workspace.commit}`;
    case 'modified':
      return `commit ${short(workspace.commit)} with changes that are in no commit`;
    case 'not in git':
      return 'files that were not in git';
  }
}

function filesText(statement: Statement): string {
  const files = of(statement, 'override', 'file of a script', 'file of a dep-builder', 'written file');
  return `${count(files, 'file')}, ${count(of(statement, 'pinned download'), 'pinned download')}`;
}

function packagesText(statement: Statement): string {
  switch (statement.predicate.buildDefinition.internalParameters.packages) {
    case 'locked':
      return `${count(of(statement, 'locked RPM'), 'RPM')} by checksum, from a lock`;
    case 'fixed':
      return 'from repositories whose metadata is known by digest';
    case 'open':
      return 'whatever the repositories had: the SBOM names them';
  }
}

function parentText({ parent }: Verification, statement: Statement): string {
  const named = parentIn(statement);
  if (named === undefined) return 'unknown';
  if (named.variant === undefined) return `${named.reference}, image ${short(named.imageId)}`;
  if (parent === undefined) return `${named.variant}, not proven`;
  const state = parent.faults.length === 0 ? 'proven' : 'not proven';
  return `${named.variant}, ${short(parent.image.digest)}, ${state}`;
}

function documentsText({ documents }: Verification, statement: Statement): string {
  if (documents === 'failed') return 'not all that the provenance names';
  return documentsOf(statement)
    .map(({ name = 'without a name' }) => name)
    .join(', ');
}

function of({ predicate }: Statement, ...kinds: readonly MaterialKind[]): number {
  const wanted: readonly (string | undefined)[] = kinds;
  return predicate.buildDefinition.resolvedDependencies.filter((one) => wanted.includes(kindOfMaterial(one))).length;
}

function short(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12);
}
