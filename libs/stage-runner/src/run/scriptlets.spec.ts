import { renderDiagnostic } from '@immutablue/diagnostics';
import type { Entry, VariantName } from '@immutablue/variant';
import { failedScriptlets, faultOf } from './scriptlets';

const DNF4 = `Running transaction
  Preparing        :                                                        1/1
  Installing       : good-1-1.noarch                                        1/2
  Running scriptlet: good-1-1.noarch                                        1/2
hello of good
  Installing       : lib-bad-1.0-2.fc44.noarch                              2/2
  Running scriptlet: lib-bad-1.0-2.fc44.noarch                              2/2
no such user: x
warning: %post(lib-bad-1.0-2.fc44.noarch) scriptlet failed, exit status 7

Error in POSTIN scriptlet in rpm package lib-bad
  Verifying        : good-1-1.noarch                                        1/2`.split('\n');

const DNF5 = `[1/3] Verify package files              100% |   1.0   B/s |   1.0   B |  00m01s
[2/3] Installing lib-bad-0:1.0-2.fc44.noarch 100% |   1.0   B/s |   1.0   B |  00m01s
>>> Running %post scriptlet: lib-bad-0:1.0-2.fc44.noarch
>>> Non-critical error in %post scriptlet: lib-bad-0:1.0-2.fc44.noarch
>>> Scriptlet output:
>>> no such user: x
>>>
>>> [RPM] %post(lib-bad-1.0-2.fc44.noarch) scriptlet failed, exit status 7`.split('\n');

const entry = (value: string): Entry<string> => ({
  value,
  variant: 'teal' as VariantName,
  location: { file: '/w/packages/teal/packages.yaml', line: 4, column: 9 },
});

describe('failedScriptlets', () => {
  it.each([
    ['dnf 4', DNF4],
    ['dnf 5', DNF5],
  ])('finds in the output of %s which one failed, and what it said', (_, output) => {
    const [one, ...others] = failedScriptlets(output);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ scriptlet: 'post', name: 'lib-bad', how: 'exit status 7' });
    expect(one?.output.join('\n')).toContain('no such user: x');
    expect(one?.output.join('\n')).not.toContain('hello of good');
  });

  it('finds triggers and signals, and nothing where all went well', () => {
    expect(failedScriptlets(['warning: %triggerin(a-b-1-1.x86_64) scriptlet failed, signal 9'])).toMatchObject([
      { scriptlet: 'triggerin', name: 'a-b', how: 'signal 9' },
    ]);
    expect(failedScriptlets(['Complete!'])).toEqual([]);
  });
});

it.each([
  ['error: lua script failed: [string "%post(lua-post-1-1.noarch)"]:1: boom', 'post', 'lua-post'],
  ['error: lua script failed: [string "%triggerin(lua-trigger-1-1.noarch)"]:1: boom', 'triggerin', 'lua-trigger'],
  ['warning: %post(a-1-1.x86_64) scriptlet failed, waitpid(7) rc -1: No child processes', 'post', 'a'],
  ['Error in POSTIN scriptlet in rpm package sh-post', 'POSTIN', 'sh-post'],
  ['>>> Non-critical error in %post scriptlet: sh-post-0:1-1.noarch', 'post', 'sh-post'],
])('finds %j', (line, scriptlet, name) => {
  expect(failedScriptlets(['  Installing       : x-1-1.noarch  1/1', line])).toMatchObject([{ scriptlet, name }]);
});

it('does not say how to allow what the package manager gives up at', () => {
  const [one] = failedScriptlets(['error: %prein(sh-pre-1-1.noarch) scriptlet failed, exit status 1']);
  expect(one && faultOf(one, undefined, 'failed').hint).toContain('gave up');
});

it('says which line brought the package, and how its failure is allowed', () => {
  const [one] = failedScriptlets(DNF4);
  if (one === undefined) throw new Error('nothing failed');
  expect(renderDiagnostic(faultOf(one, entry('app'), 'done'), { root: '/w', colors: 'never' })).toMatchInlineSnapshot(`
   "error[build/scriptlet-failed]: the scriptlet %post of \`lib-bad-1.0-2.fc44.noarch\`, which \`app\` needs, failed: exit status 7
     --> packages/teal/packages.yaml:4:9
     | no such user: x
     hint: what it should have done is missing in the image; where that does no harm, \`scriptlets\` says so: \`{name: lib-bad, policy: allow-failure, reason: …}\`"
  `);
});
