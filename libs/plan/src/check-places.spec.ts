import { renderDiagnostic } from '@immutablue/diagnostics';
import { checkPlaces } from './check-places';
import { planInput } from './testing/plan-input';

const DOWNLOAD = (path: string) =>
  `  downloads:\n    all:\n      - name: tool\n        url: https://example.org/tool\n        sha256: '${'0'.repeat(64)}'\n        path: ${path}\n`;

const checked = (text: string) =>
  checkPlaces(planInput({ packages: `immutablue:\n${text}` }).packages)
    .map((diagnostic) => renderDiagnostic(diagnostic, { root: '/workspace', colors: 'never' }))
    .join('\n\n');

describe('checkPlaces', () => {
  it.each(['/usr/bin/.wh.bash', '/proc/x', '/dev/null', '/etc/passwd', '/tmp/x', '/usr/immutablue/build_options'])(
    'refuses a pinned file at %s',
    (path) => {
      expect(checked(DOWNLOAD(path))).toMatch(
        /^error\[packages\/forbidden-path\].*\n {2}--> packages\/teal\/packages.yaml:4:9\n/,
      );
    },
  );

  it.each(['/etc', '/bin', '/usr/bin/bash', '/usr/lib/sysimage/rpm', '/usr/lib/modules'])(
    'refuses the removal of %s',
    (path) => {
      expect(checked(`  file_rm:\n    all:\n      - ${path}\n`)).toMatch(
        /^error\[packages\/vital-path\].*\n {2}--> packages\/teal\/packages.yaml:4:9\n/,
      );
    },
  );

  it('says what goes with a directory', () => {
    expect(checked(`${DOWNLOAD('/usr/bin/tool')}  file_rm:\n    all:\n      - /usr/lib\n      - /etc/resolv.conf\n`))
      .toMatchInlineSnapshot(`
     "error[packages/vital-path]: \`/usr/lib\` cannot be removed: no image can be without \`/usr/lib/systemd/systemd\`, which goes with it
        --> packages/teal/packages.yaml:10:9
        |
     10 |       - /usr/lib
        |         ^^^^^^^^
       hint: name the files that are to go, each by its own path; packages are removed by \`rpm_rm\`"
    `);
  });
});
