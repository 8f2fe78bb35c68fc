import type { Step } from '@immutablue/plan';
import { firstAfterPrograms } from './labelling';

const clean: Step = { kind: 'clean', purpose: 'clean', empty: [], files: [], emptyFiles: [] };
const commit: Step = { kind: 'commit', purpose: 'commit', reference: 'image', labels: {} };
const copy: Step = { kind: 'apply-overrides', purpose: 'copy', entries: [] };
const run: Step = { kind: 'copy-dependencies', purpose: 'copy what was built', variant: 'teal' };

const stagesOf = (...stages: Step[][]) => stages.map((steps) => ({ name: '50-remove-files', title: '', steps }));

it.each([
  ['the very first where no step starts a program', stagesOf([copy], [clean, commit]), copy],
  ['the one after the last program', stagesOf([run, copy], [run, clean], [commit]), clean],
  ['the commit, when a program comes right before it', stagesOf([copy, run], [commit]), commit],
])('labels beside %s', (_, stages, expected) => {
  expect(firstAfterPrograms(stages)).toBe(expected);
});
