import { createPlan } from '../create-plan';
import { planInput, type InputTexts } from '../testing/plan-input';
import { prefixesOf, prefixEndingBefore } from './prefix';
import { partsIn, partsOf } from './part';

const PACKAGES = 'immutablue:\n  rpm:\n    all: [tmux]\n';

const parts = (texts: InputTexts) => partsIn(partsOf(createPlan(planInput(texts))));

it.each<[string, InputTexts, (readonly string[])[]]>([
  ['without packages and scripts', {}, [[]]],
  ['with packages, after them', { packages: PACKAGES }, [['40-uninstall-packages'], []]],
  [
    'with scripts between the package stages, before each of those that come after work',
    { packages: PACKAGES, scripts: { '35-mesa': 'a', '45-kernel': 'b' } },
    [['45-kernel', '40-uninstall-packages', '35-mesa'], []],
  ],
  ['with a script after the packages, after it', { scripts: { '55-late': 'a' } }, [['90-post', '60-services']]],
])('has prefixes %s', (_, texts, expected) => {
  expect(parts(texts).map((part) => prefixesOf(part).map(({ next }) => next))).toEqual(expected);
});

it('ends before a sub-stage with a step that keeps what is there', () => {
  const [checkpoint] = parts({ packages: PACKAGES, scripts: { '45-kernel': 'b' } });
  const stages = prefixEndingBefore(checkpoint?.stages ?? [], '45-kernel');
  expect(stages.map(({ name }) => name)).not.toContain('45-kernel');
  expect(
    stages.flatMap(({ name, steps }) => steps.filter(({ kind }) => kind === 'checkpoint').map(() => name)),
  ).toEqual(['40-uninstall-packages']);
});
