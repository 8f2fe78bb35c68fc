import { singleRunFile, stagesOfBuilders } from './single-run';

const EXPORT = `ARG PARENT="x"

# The dep-builder of cyan
FROM \${PARENT} AS dep-builder-cyan-builder
RUN make
FROM scratch AS dep-builder-cyan
COPY --from=dep-builder-cyan-builder /out/ /

FROM \${PARENT}
RUN more
`;

it('takes the stages of dep-builders out of an exported Containerfile', () => {
  expect(stagesOfBuilders(EXPORT)).toMatch(/^# The dep-builder of cyan\n[^]*\/out\/ \/\n$/);
  expect(stagesOfBuilders('ARG PARENT="x"\n\nFROM ${PARENT}\n')).toBe('');
});

it('does everything in one RUN, from the upstream image', () => {
  const file = singleRunFile('upstream:44', ['base', 'cyan'], stagesOfBuilders(EXPORT));
  const [, image = ''] = file.split('\nFROM ${PARENT}\n');
  expect(file).toMatch(/^ARG PARENT=upstream:44$/m);
  expect(image.match(/^RUN /gm)).toHaveLength(1);
  expect(image).toMatch(/^COPY --from=dep-builder-cyan \/ \/$/m);
  expect(image).toContain('for variant in base cyan; do');
});
