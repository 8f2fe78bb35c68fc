import { renderSpec, type RpmPackage } from './rpm-spec';

const tmux: RpmPackage = {
  name: 'tmux',
  epoch: '1',
  version: '3.5a',
  release: '3.lab',
  summary: 'terminal multiplexer',
  description: 'terminal multiplexer',
  requires: ['lab-libevent'],
  provides: ['multiplexer = 3'],
  files: [
    { path: '/usr/bin/tmux', kind: 'file' },
    { path: '/etc/tmux.conf', kind: 'configuration' },
    { path: '/usr/lib/tmux', kind: 'directory' },
  ],
};

function render(rpm: Partial<RpmPackage>): string {
  return renderSpec({ architecture: 'x86_64', packages: [{ ...tmux, ...rpm }] }, '/stage');
}

describe('renderSpec', () => {
  it('makes each package a subpackage of one that is not made', () => {
    const spec = renderSpec({ architecture: 'noarch', packages: [tmux] }, '/stage');
    expect(spec.slice(spec.indexOf('Name:'))).toMatchInlineSnapshot(`
     "Name: immutablue-lab-packages
     Version: 0
     Release: 1
     Summary: Packages of the Immutablue lab
     License: Apache-2.0
     BuildArch: noarch
     AutoReqProv: no

     %description
     Packages of the Immutablue lab.

     %package -n tmux
     Summary: terminal multiplexer
     Epoch: 1
     Version: 3.5a
     Release: 3.lab
     AutoReqProv: no
     Requires: lab-libevent
     Provides: multiplexer = 3

     %description -n tmux
     terminal multiplexer

     %install
     mkdir -p %{buildroot}
     cp -a '/stage'/. %{buildroot}/

     %files -n tmux
     %defattr(-,root,root,-)
     "/usr/bin/tmux"
     %config(noreplace) "/etc/tmux.conf"
     %dir "/usr/lib/tmux"
     "
    `);
  });

  it.each([
    ['a macro in a summary', { summary: '100%{nil} %(id)' }, 'Summary: 100%%{nil} %%(id)'],
    ['a line break in a summary', { summary: 'one\n%post\nrm -rf /' }, 'Summary: one %%post rm -rf /'],
    ['a macro in a path', { files: [{ path: '/a%3a', kind: 'file' as const }] }, '"/a%%3a"'],
    ['a glob in a path', { files: [{ path: '/a[1]*', kind: 'file' as const }] }, '"/a\\[1\\]\\*"'],
    ['a space in a path', { files: [{ path: '/a b', kind: 'file' as const }] }, '"/a b"'],
  ])('takes %s literally', (_, change, expected) => {
    expect(render(change).split('\n')).toContain(expected);
  });

  it.each([['%{nil}'], ['a b'], ['-a'], ['a\nb'], [''], ['a/b']])('refuses %j as a name', (name) => {
    expect(() => render({ name })).toThrow(RangeError);
  });

  it('quotes the staging directory for the shell', () => {
    expect(renderSpec({ architecture: 'noarch', packages: [] }, `/it's 100%`)).toContain(`cp -a '/it'\\''s 100%%'/.`);
  });
});
