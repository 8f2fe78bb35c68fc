export { attestationTag, attestImage, type Attesting, type Attachment, type Subject } from './attest-image';
export { BUNDLE_TYPE, sealBundle, signatureStatement, statementIn } from './dsse/bundle';
export { provenanceOf, type AttestedDocument, type ProvenanceInput } from './provenance/provenance-of';
export { readCommit } from './provenance/read-commit';
export { statementBytes, type Statement, type WorkspaceCommit } from './provenance/statement';
export { pullAttestations, pullImage, unlessWrong } from './verify/pull';
export { verifyImage, type Verification, type VerifyRequest } from './verify/verify-image';
export { fingerprint, renderVerification } from './verify/render';
export { rebuildAttested } from './rebuild/rebuild';
