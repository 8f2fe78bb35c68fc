import { renderError } from '@immutablue/diagnostics';
import type { CommandResult } from '@immutablue/oci';
import type { Entry, VariantName } from '@immutablue/variant';
import { scriptOf } from '@immutablue/plan/testing';
import { explainCommand, explainScript } from './failure';

const where = { variant: 'teal', stage: '30-install-packages' };

function name(value: string, line: number): Entry<string> {
  const text = `      - ${value}`;
  return {
    value,
    variant: 'teal' as VariantName,
    location: { file: '/w/packages/teal/packages.yaml', line, column: 9, length: value.length, text },
  };
}

function result(output: readonly string[]): CommandResult {
  return { argv: ['buildah', 'run'], exitCode: 1, stdout: '', tail: output, durationMs: 1 };
}

function explained(command: readonly string[], names: readonly Entry<string>[], output: readonly string[]): string {
  return renderError(explainCommand(where, command, names, output, result(output)), { root: '/w', colors: 'never' });
}

describe('explainCommand', () => {
  it('traces every missing package to its line', () => {
    const output = [
      'No match for argument: tmuxx',
      'No match for argument: htopp',
      'Error: Unable to find a match: tmuxx htopp',
    ];
    expect(explained(['dnf', 'install'], [name('tmuxx', 4), name('git', 5), name('htopp', 6)], output))
      .toMatchInlineSnapshot(`
     "error[build/package-not-found]: no repository has a package \`tmuxx\`
       --> packages/teal/packages.yaml:4:9
       |
     4 |       - tmuxx
       |         ^^^^^
       hint: check the name, and that the repository which has it is in \`repo_urls\` for this release and architecture

     error[build/package-not-found]: no repository has a package \`htopp\`
       --> packages/teal/packages.yaml:6:9
       |
     6 |       - htopp
       |         ^^^^^
       hint: check the name, and that the repository which has it is in \`repo_urls\` for this release and architecture"
    `);
  });

  it.each([
    'Failed to enable unit: Unit file gone.service does not exist.',
    'Failed to enable unit: Unit gone.service not found.',
    'Failed to disable unit: Unit file gone.service does not exist.',
  ])('traces a unit that is not there: %s', (line) => {
    const text = explained(['systemctl', 'enable'], [name('sshd.service', 3), name('gone.service', 9)], [line]);
    expect(text).toContain('error[build/unit-not-found]: there is no unit `gone.service` in the image');
    expect(text).toContain('--> packages/teal/packages.yaml:9:9');
  });

  it.each([
    ['curl: (7) Failed to connect to 127.0.0.1 port 9: Connection refused', 'a repository cannot be reached'],
    [
      `Error: Failed to download metadata for repo 'dead': Cannot download repomd.xml`,
      'the repository `dead` cannot be reached',
    ],
    ['Curl error (6): Could not resolve hostname', 'a repository cannot be reached'],
  ])('knows a repository that is down: %s', (line, message) => {
    expect(explained(['dnf', 'install'], [name('tmux', 3)], [line])).toContain(
      `error[build/repository-down]: ${message}`,
    );
  });

  it.each([
    ['dnf 4, without a signature', 'Package htop-3.4.1-5.x86_64.rpm is not signed', 'htop-3.4.1-5.x86_64.rpm'],
    ['dnf 4, another key', 'Public key for htop-3.4.1-5.rpm is not installed', 'htop-3.4.1-5.rpm'],
    ['dnf 5', 'PGP check for package "htop-3.4.1-5.x86_64" (/a.rpm) from repo "r" has failed', 'htop-3.4.1-5.x86_64'],
  ])('names a package whose signature cannot be checked: %s', (_, line, file) => {
    const text = explained(['dnf', 'install'], [name('git', 3), name('htop', 4)], [line, 'Error: GPG check FAILED']);
    expect(text).toContain(
      `error[build/not-signed]: the package \`${file}\` is not signed with a key of its repository\n  --> packages/teal/packages.yaml:4:9`,
    );
  });

  it('shows the command and its last lines when it knows nothing better', () => {
    expect(explained(['dnf', 'install', 'tmux'], [name('tmux', 3)], ['something odd'])).toMatchInlineSnapshot(`
     "error[build/sub-stage-failed]: \`teal\` failed in 30-install-packages: \`dnf\` ended with exit code 1
       --> packages/teal/packages.yaml:3:9
       |
     3 |       - tmux
       |         ^^^^
       | dnf install tmux
       | something odd
       hint: to look around in the container as it is then: \`npx nx build teal --on-failure=keep\`"
    `);
  });
});

describe('explainScript', () => {
  const SOURCE = Array.from({ length: 8 }, (_, index) => `  command ${index + 1}\n`).join('');

  const script = scriptOf('35-mesa', 'a', '/w/packages/teal');

  it.each([
    ['a failed command', 'immutablue-failure\t3\t/run/immutablue/context/build/35-mesa.sh\t7\tfalse', 7],
    ['a variable that is not set', '/run/immutablue/context/build/35-mesa.sh: line 4: NOPE: unbound variable', 4],
    ['a syntax error', '/run/immutablue/context/build/35-mesa.sh: line 9: syntax error near unexpected token `fi', 9],
  ])('names the line of %s', (_, line, expected) => {
    const text = renderError(explainScript(where, script, SOURCE, ['before', line], result(['before', line])), {
      root: '/w',
      colors: 'never',
    });
    expect(text).toContain(`--> packages/teal/build/35-mesa.sh:${expected}:`);
    expect(text).toContain('--on-failure=keep');
    expect(text).not.toContain('immutablue-failure\t');
  });

  it('shows the line as it stands in the script, not what bash made of it', () => {
    const output = ['immutablue-failure\t1\t/run/immutablue/context/build/35-mesa.sh\t7\tcat', 'no such file'];
    expect(renderError(explainScript(where, script, SOURCE, output, result(output)), { root: '/w', colors: 'never' }))
      .toMatchInlineSnapshot(`
     "error[build/sub-stage-failed]: \`teal\` failed in 30-install-packages: the script ended with exit code 1
       --> packages/teal/build/35-mesa.sh:7:3
       |
     7 |   command 7
       |   ^^^^^^^^^
       | no such file
       hint: to look around in the container as it is then: \`npx nx build teal --on-failure=keep\`"
    `);
  });

  it('names the script when the failure is somewhere else', () => {
    const line = 'immutablue-failure\t1\t/usr/bin/other\t7\tfalse';
    expect(explainScript(where, script, SOURCE, [line], result([line])).diagnostics[0].location).toMatchObject({
      file: script.file,
      line: 1,
    });
  });
});
