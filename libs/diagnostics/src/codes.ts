/**
 * What kind of fault a diagnostic is about. It decides the exit code, so that a script or a CI job can tell
 * "the workspace's files are wrong" from "this machine lacks something" from "the build itself failed".
 */
export type DiagnosticCategory = 'build' | 'input' | 'host' | 'interrupted' | 'internal';

/** Every diagnostic the workspace can give, with its category. The codes are stable: docs and tests name them. */
export const DIAGNOSTIC_CODES = {
  'file/not-readable': 'input',
  'file/changed': 'build',
  'file/path-too-long': 'input',

  'yaml/syntax': 'input',
  'yaml/unknown-key': 'input',
  'yaml/duplicate-key': 'input',
  'yaml/missing-key': 'input',
  'yaml/wrong-value': 'input',

  'options/wrong': 'input',
  'shell/command-failed': 'build',

  'family/unknown-parent': 'input',
  'family/cycle': 'input',
  'family/duplicate-name': 'input',
  'family/unknown-option': 'input',
  'family/unknown-variant': 'input',
  'family/invalid-apply': 'input',
  'family/no-platform': 'input',
  'family/image-name': 'input',

  'packages/contradiction': 'input',
  'packages/not-enableable': 'input',

  'packages/forbidden-path': 'input',
  'packages/vital-path': 'input',

  'script/not-a-sub-stage': 'input',
  'script/not-bash': 'input',
  'script/line-ends': 'input',
  'script/byte-order-mark': 'input',
  'script/not-readable': 'input',
  'script/wrong-reads': 'input',
  'script/wrong-files': 'input',
  'script/reads-beyond-header': 'input',

  'secret/unknown': 'input',
  'secret/not-encrypted': 'input',
  'secret/wrong-option': 'input',
  'secret/not-readable': 'input',

  'override/unsupported-type': 'input',
  'override/not-utf8': 'input',
  'override/control-character': 'input',
  'override/not-readable': 'input',
  'override/forbidden-path': 'input',
  'override/unknown-option': 'input',
  'override/unknown-path': 'input',
  'override/unknown-account': 'build',
  'override/changed': 'build',
  'override/type-conflict': 'build',

  'containerfile/not-expressible': 'input',
  'containerfile/not-ours': 'input',

  'host/missing-tool': 'host',
  'host/tool-too-old': 'host',
  'host/no-subordinate-ids': 'host',
  'host/not-supported': 'host',
  'host/not-root': 'host',
  'host/no-emulation': 'host',
  'host/not-writable': 'host',
  'host/not-permitted': 'host',

  'oci/command-failed': 'build',
  'oci/no-space': 'host',
  'oci/image-not-found': 'build',
  'oci/layer-not-found': 'build',
  'oci/layer-damaged': 'host',
  'oci/registry-refused': 'build',
  'oci/unexpected-output': 'internal',

  'build/parent-missing': 'build',
  'build/not-bootable': 'build',
  'build/sub-stage-failed': 'build',
  'build/package-not-found': 'build',
  'build/repository-down': 'build',
  'build/repository-secret': 'build',
  'build/not-signed': 'build',
  'build/wrong-policy': 'build',
  'build/download-failed': 'build',
  'build/wrong-checksum': 'build',
  'build/path-outside-root': 'build',
  'build/path-not-usable': 'build',
  'build/root-filesystem': 'build',
  'build/refused-path': 'build',
  'build/scriptlet-failed': 'build',
  'build/secret-in-layer': 'build',
  'build/unit-not-found': 'build',
  'build/unit-not-enableable': 'build',
  'build/dependency-container-failed': 'build',
  'build/interrupted': 'interrupted',

  'lock/does-not-fit': 'input',
  'lock/missing': 'input',
  'lock/outdated': 'build',
  'lock/package-gone': 'build',
  'lock/incomplete': 'build',
  'lock/not-exact': 'build',

  'online/gone': 'input',
  'online/refused': 'input',
  'online/unreachable': 'host',

  'test/failed': 'build',
  'test/not-run': 'build',

  'boot/not-running': 'build',
  'boot/unit-failed': 'build',
  'boot/script-failed': 'build',
  'boot/check-failed': 'build',
  'boot/machine-failed': 'build',

  'publish/not-loopback': 'input',
  'publish/not-a-registry': 'input',
  'publish/not-built': 'input',
  'publish/outdated': 'input',
  'publish/not-tested': 'input',
  'publish/tests-failed': 'build',
  'publish/not-covered': 'input',
  'publish/not-checked': 'build',
  'publish/refused-by-host': 'build',
  'publish/tag-moved': 'build',
  'publish/tag': 'input',
  'publish/not-an-index': 'input',

  'sbom/not-built': 'input',
  'sbom/parent-missing': 'build',

  'registry/unreachable': 'host',
  'registry/not-trusted': 'host',
  'registry/unauthorized': 'host',
  'registry/wrong-credentials-file': 'input',
  'registry/refused': 'build',
  'registry/not-found': 'build',
  'registry/no-space': 'host',
  'registry/digest-mismatch': 'build',
  'registry/unexpected-answer': 'build',

  'ci/file-exists': 'input',

  'compare/not-built': 'input',
  'compare/not-comparable': 'input',

  'signing/no-key': 'input',
  'signing/wrong-key': 'input',
  'signing/wrong-password': 'input',
  'signing/key-exists': 'input',
  'signing/key-in-git': 'input',
  'signing/wrong-manifest': 'build',
  'signing/not-signed': 'build',

  'cache/not-configured': 'input',
  'cache/refused-entry': 'build',
  'cache/not-fetched': 'build',

  'attest/other-plan': 'build',
  'attest/not-attested': 'build',
  'attest/other-variant': 'build',
  'attest/no-document': 'build',
  'attest/parent-not-proven': 'build',
  'attest/no-key': 'input',
  'attest/other-sources': 'input',
  'attest/other-parent': 'build',
  'attest/not-reproduced': 'build',

  'generator/invalid-name': 'input',
  'generator/name-taken': 'input',

  'lab/incomplete': 'host',
  'lab/step-failed': 'host',

  'internal/unexpected': 'internal',
} as const satisfies Record<string, DiagnosticCategory>;

/** One of the codes in {@link DIAGNOSTIC_CODES}. */
export type DiagnosticCode = keyof typeof DIAGNOSTIC_CODES;

/** Exit code of a process that ends because of a diagnostic of this category. */
export const EXIT_CODES: Readonly<Record<DiagnosticCategory, number>> = {
  build: 1,
  input: 2,
  host: 3,
  internal: 70,
  interrupted: 130,
};
