/** What may be wrong with anything that is signed and attached to an image. */
export type Refusal =
  /** By another key, or changed since. */
  | { readonly kind: 'not-of-this-key' }
  | { readonly kind: 'of-another-image'; readonly digest: string }
  /** What the registry gave is not what the manifest names. */
  | { readonly kind: 'wrong-content' };

/** What a verdict says to people. */
export function refusalWords(verdict: Refusal): string {
  switch (verdict.kind) {
    case 'not-of-this-key':
      return 'by another key, or changed since';
    case 'of-another-image':
      return `of another image, \`${verdict.digest}\``;
    case 'wrong-content':
      return 'what was signed is not there, or has another digest';
  }
}

/** Notes on each signature or provenance under a tag, none of which is accepted. */
export function verdictNotes(noun: string, tag: string, verdicts: readonly string[]): readonly string[] {
  if (verdicts.length === 0) return [`there is no ${noun} under \`${tag}\``];
  return verdicts.map((verdict, index) => `${noun} ${index + 1} of ${verdicts.length}: ${verdict}`);
}
