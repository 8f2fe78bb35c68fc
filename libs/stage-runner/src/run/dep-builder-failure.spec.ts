import { renderDiagnostic } from '@immutablue/diagnostics';
import { explainDepBuilder } from './dep-builder-failure';

const depBuilder = {
  variant: 'teal',
  containerfile: '/w/packages/teal/deps/Containerfile',
  content: { folder: '/w/packages/teal/deps', entries: [] },
  reference: '',
  reads: 'everything' as const,
  secrets: [],
};
const CONTAINERFILE = `# A comment.
ARG IMAGE
FROM \${IMAGE} AS builder
RUN make && \\
  make install
FROM scratch
COPY --from=builder /out/ /
`;

function explained(...output: string[]): string {
  return renderDiagnostic(explainDepBuilder(depBuilder, CONTAINERFILE, output), { root: '/w', colors: 'never' });
}

it('shows the instruction where it begins, and what came after it', () => {
  expect(
    explained(
      '[1/2] STEP 1/2: FROM 94ab79 AS builder',
      '[1/2] STEP 2/2: RUN make &&   make install',
      'make: *** No targets specified.',
      'Error: building at STEP "RUN make &&   make install": exit status 2',
    ),
  ).toMatchInlineSnapshot(`
   "error[build/dependency-container-failed]: the dep-builder of \`teal\` failed at \`RUN make &&   make install\`
     --> packages/teal/deps/Containerfile:4:1
     |
   4 | RUN make && \\
     | ^^^^^^^^^^^^^
     | make: *** No targets specified.
     | Error: building at STEP "RUN make &&   make install": exit status 2"
  `);
});

it.each([
  ['COPY --from=builder /out/ /', 7],
  ['FROM scratch', 6],
  // The argument is in it already.
  ['FROM 94ab79 AS builder', 1],
])('finds the line of %s', (instruction, line) => {
  expect(explained(`STEP 1/2: ${instruction}`)).toContain(`--> packages/teal/deps/Containerfile:${line}:1`);
});

it('says what buildah says when no instruction began', () => {
  expect(explained('Error: no FROM statement found')).toMatchInlineSnapshot(`
   "error[build/dependency-container-failed]: the dep-builder of \`teal\` failed
     --> packages/teal/deps/Containerfile:1:1
     | Error: no FROM statement found"
  `);
});
