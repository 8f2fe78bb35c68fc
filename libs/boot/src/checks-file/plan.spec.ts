import { parseBootChecks } from './parse';
import { checksOfBoot, planBoot } from './plan';

function checksOf(variant: string, text: string) {
  const { value } = parseBootChecks(`/w/packages/${variant}/boot-checks.yaml`, text);
  if (value === undefined) throw new Error(`${variant} is wrong`);
  return { variant, checks: value };
}

const BASE = checksOf(
  'base',
  'files: [{path: /etc/x, content: of base}]\nchecks: [{name: a, script: a, boot: first}, {name: b, script: b}]\n',
);
const CYAN = checksOf(
  'cyan',
  'files: [{path: /etc/x, content: of cyan}]\nchecks: [{name: c, script: c, boot: second}]\n',
);

describe('planBoot', () => {
  it("runs the parent's checks before its own, and boots as often as they ask for", () => {
    const plan = planBoot([BASE, CYAN]);
    expect(plan.checks.map(({ variant, name }) => `${variant} ${name}`)).toEqual(['base a', 'base b', 'cyan c']);
    expect(plan.boots).toBe(2);
    expect(planBoot([BASE]).boots).toBe(1);
  });

  it("places the child's file where both have one", () => {
    expect(planBoot([BASE, CYAN]).files).toMatchObject([{ content: 'of cyan' }]);
  });

  it.each([
    [1, ['a', 'b']],
    [2, ['b', 'c']],
  ])('selects the checks of boot %i', (boot, names) => {
    expect(checksOfBoot(planBoot([BASE, CYAN]), boot).map(({ name }) => name)).toEqual(names);
  });
});
