import { DiagnosticError } from '@immutablue/diagnostics';
import { depBuilderStages } from './dep-builder-stages';

const folder = '/workspace/packages/teal/deps';

const linesOf = (text: string) =>
  depBuilderStages(
    {
      depBuilder: {
        variant: 'teal',
        containerfile: `${folder}/Containerfile`,
        content: { folder, entries: [] },
        reference: 'localhost/x',
        reads: 'everything',
        secrets: [],
      },
      text,
    },
    { upstream: 'fedora', buildArguments: { RELEASE: '44', REPOSITORIES: 'a.repo=https://a/$x b' } },
  ).lines.slice(1);

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
    'FROM ${PARENT} AS dep-builder-teal-Builder',
    'ARG RELEASE="44"',
    'ARG REPOSITORIES="a.repo=https://a/\\$x b"',
    'ARG GO="1.22"',
    'COPY dep-builders/teal/a.sh dep-builders/teal/b/c.sh /tools/',
    'ADD ["https://example.org/x","dep-builders/teal/d e","/y"]',
    'RUN --mount=type=cache,target=/var/cache/dnf --mount=type=cache,target=/var/cache/libdnf5 make \\',
    '    all',
    'FROM docker.io/golang:1.22 AS dep-builder-teal-1',
    'COPY --chmod=755 --from=dep-builder-teal-Builder /out /in',
    'FROM scratch AS dep-builder-teal',
    'COPY --from=dep-builder-teal-1 /in /',
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
    'FROM ${PARENT} AS dep-builder-teal-tools',
    'ARG PARENT',
    'ARG IMAGE=${PARENT}',
    'FROM dep-builder-teal-tools AS dep-builder-teal',
    'RUN --mount=type=cache,target=/var/cache/dnf --mount=type=cache,target=/var/cache/libdnf5 --mount=target=/src,source=dep-builders/teal/sources ' +
      '--mount=type=bind,from=dep-builder-teal-tools,target=/tools echo "${IMAGE}"',
  ]);
});

it('refuses what only a file of its own can hold, with the line', () => {
  const attempt = () => linesOf('FROM scratch\nRUN <<EOF\necho\nEOF\n');
  expect(attempt).toThrow(DiagnosticError);
  expect(attempt).toThrow('a here-document in a dep-builder');
});
