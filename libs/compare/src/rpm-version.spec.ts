import { compareEvr, compareVersions } from './rpm-version';
import { packageOf } from './testing/contents';

/** From RPM's own tests: https://github.com/rpm-software-management/rpm/blob/rpm-4.20.x/tests/rpmvercmp.at */
describe('compareVersions', () => {
  it.each([
    ['1.0', '1.0', 0],
    ['1.0', '2.0', -1],
    ['2.0.1', '2.0.1a', -1],
    ['5.5p1', '5.5p10', -1],
    ['xyz10', 'xyz10.1', -1],
    ['xyz.4', '8', -1],
    ['xyz.4', '2', -1],
    ['5.5p2', '5.6p1', -1],
    ['6.0.rc1', '6.0', 1],
    ['10b2', '10a1', 1],
    ['1.0aa', '1.0a', 1],
    ['10.0001', '10.1', 0],
    ['10.0001', '10.0039', -1],
    ['4.999.9', '5.0', -1],
    ['20101121', '20101122', -1],
    ['2_0', '2.0', 0],
    ['a+', 'a_', 0],
    ['1.0~rc1', '1.0', -1],
    ['1.0~rc1', '1.0~rc2', -1],
    ['1.0~rc1~git123', '1.0~rc1', -1],
    ['1.0^', '1.0', 1],
    ['1.0^git1', '1.0^git2', -1],
    ['1.0^git1', '1.01', -1],
    ['1.0^20160102', '1.0.1', -1],
    ['1.0^20160102', '1.0^20160101^git1', 1],
    ['1.0~rc1^git1', '1.0~rc1', 1],
    ['1.0^git1~pre', '1.0^git1', -1],
    ['99999999999999999998', '99999999999999999999', -1],
  ])('%s and %s: %i', (left, right, expected) => {
    expect(compareVersions(left, right)).toBe(expected);
    expect(compareVersions(right, left)).toBe(0 - expected);
  });
});

it('compares the epoch first, the release last', () => {
  expect(compareEvr(packageOf('a 1:1.0-1'), packageOf('a 2.0-1'))).toBeGreaterThan(0);
  expect(compareEvr(packageOf('a 1.0-10'), packageOf('a 1.0-9'))).toBeGreaterThan(0);
});
