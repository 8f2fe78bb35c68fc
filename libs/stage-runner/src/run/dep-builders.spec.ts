import { declaredArguments } from './dep-builders';

describe('declaredArguments', () => {
  const available = { IMAGE: 'i', RELEASE: '44', ARCHITECTURE: 'x86_64', BUILD_OPTIONS: 'gui' };

  it.each([
    ['ARG IMAGE\nFROM ${IMAGE}\n', ['IMAGE']],
    ['arg IMAGE\nFROM x\n  ARG RELEASE=43\n', ['IMAGE', 'RELEASE']],
    ['FROM scratch\n# ARG RELEASE\nRUN echo ARG ARCHITECTURE\n', []],
    ['ARG OTHER\n', []],
  ])('%j asks for %j', (containerfile, expected) => {
    expect(Object.keys(declaredArguments(containerfile, available))).toEqual(expected);
  });
});
