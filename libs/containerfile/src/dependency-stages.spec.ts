import { DiagnosticError } from '@immutablue/diagnostics';
import { dependencyStages, type DependencySource } from './dependency-stages';

const source = (text: string): DependencySource => ({
  variant: 'teal',
  file: '/workspace/packages/teal/deps/Containerfile',
  text,
  context: '/workspace/packages/teal/deps',
  digest: 'of the folder',
  mounts: [{ source: '/cache/dnf', target: '/var/cache/dnf', access: 'read-write' }],
});

const linesOf = (text: string) =>
  dependencyStages(source(text), {
    buildArguments: { RELEASE: '44', REPOSITORIES: 'a.repo=https://a/$x b' },
  }).lines.slice(1);

it('gives stages names of their own and reads from its own folder of the context', () => {
  const text = `# A comment
ARG IMAGE
ARG GO=1.22
FROM \${IMAGE} AS Builder
ARG RELEASE
ARG REPOSITORIES
ARG GO
COPY a.sh ./b/c.sh /tools/
ADD ["https://example.org/x", "d e", "/y"]
RUN make \\
    all
FROM docker.io/golang:$GO
COPY --chmod=755 --from=builder /out /in
FROM scratch
COPY --from=1 /in /
`;
  expect(linesOf(text)).toEqual([
    'FROM ${PARENT} AS dependencies-teal-Builder',
    'ARG RELEASE="44"',
    'ARG REPOSITORIES="a.repo=https://a/\\$x b"',
    'ARG GO="1.22"',
    'COPY dependencies/teal/a.sh dependencies/teal/b/c.sh /tools/',
    'ADD ["https://example.org/x","dependencies/teal/d e","/y"]',
    'RUN --mount=type=cache,target=/var/cache/dnf make \\',
    '    all',
    'FROM docker.io/golang:1.22 AS dependencies-teal-1',
    'COPY --chmod=755 --from=dependencies-teal-Builder /out /in',
    'FROM scratch AS dependencies-teal',
    'COPY --from=dependencies-teal-1 /in /',
  ]);
});

it('moves what a RUN mounts, and knows the parent image inside a stage', () => {
  const text = `ARG IMAGE
FROM $IMAGE AS tools
ARG IMAGE
FROM tools
RUN --mount=target=/src,source=sources --mount=type=bind,from=tools,target=/tools echo "\${IMAGE}"
`;
  expect(linesOf(text)).toEqual([
    'FROM ${PARENT} AS dependencies-teal-tools',
    'ARG PARENT',
    'ARG IMAGE=${PARENT}',
    'FROM dependencies-teal-tools AS dependencies-teal',
    'RUN --mount=type=cache,target=/var/cache/dnf --mount=target=/src,source=dependencies/teal/sources ' +
      '--mount=type=bind,from=dependencies-teal-tools,target=/tools echo "${IMAGE}"',
  ]);
});

it('refuses what only a file of its own can hold, with the line', () => {
  const attempt = () => linesOf('FROM scratch\nRUN <<EOF\necho\nEOF\n');
  expect(attempt).toThrow(DiagnosticError);
  expect(attempt).toThrow('a here-document in a dep-builder');
});
