import { renderDiagnostic } from '@immutablue/diagnostics';
import { CLEAR_DIAGNOSTIC } from '@immutablue/diagnostics/testing';
import { REFUSED_LEFTOVERS } from '../testing/hostile';
import { layerOf } from '../testing/layer';
import { checkDepBuilder } from './check-dep-builder';

const refused = (...lines: readonly string[]) =>
  checkDepBuilder([layerOf(...lines)], '/w/deps/Containerfile').map(({ message }) => message.split('`')[1]);

describe('checkDepBuilder', () => {
  it('refuses whiteouts that remove nothing, and places that are not the image’s own', () => {
    expect(
      refused(
        '/usr/',
        '/usr/bin/tool=x',
        '-/usr/bin/bash',
        '/proc/x=1',
        '/tmp/x=1',
        '/etc/passwd=x',
        '/var/lib/x -> y',
      ),
    ).toEqual(['/usr/bin/.wh.bash', '/proc/x', '/tmp/x', '/etc/passwd', '/var/lib/x']);
  });

  it.each(REFUSED_LEFTOVERS)('refuses %s, at its Containerfile', (line) => {
    const faults = checkDepBuilder([layerOf(line)], '/w/deps/Containerfile');
    const texts = faults.map((fault) => renderDiagnostic(fault, { root: '/w', colors: 'never' }));
    expect(texts).toHaveLength(1);
    expect(texts[0]).toMatch(CLEAR_DIAGNOSTIC);
    expect(texts[0]).toMatch(/^error\[build\/refused-path\].*\n.*deps\/Containerfile:1:1\n {2}hint: /);
  });

  it('accepts RPMs for the package stages, and what its own last stage has removed', () => {
    expect(refused('/run/', '/run/immutablue/rpms/a.rpm=x')).toEqual([]);
    expect(checkDepBuilder([layerOf('/usr/a=x'), layerOf('-/usr/a')], '')).toEqual([]);
    expect(refused('/etc/resolv.conf=', '/run/secrets/', '/run/secrets/mok-key=')).toEqual([]);
  });
});
