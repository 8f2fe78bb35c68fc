import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { rendered } from '../testing/entries';
import { directory, file, link, plant } from '../testing/plant';
import { useTemporaryDirectory } from '../testing/temporary';
import { readFolder } from './folder';

const temporary = useTemporaryDirectory();

it('lists files by digest, links and folders; of modes only what git keeps', async () => {
  plant(join(temporary(), 'cyan'), {
    'build/35-mesa.sh': file('true\n', 0o700),
    'files/f': file('f', 0o600),
    'files/link': link('/etc/passwd'),
    'dist/image.json': file('{}'),
    empty: directory(),
  });
  const { content, diagnostics } = await readFolder({
    anchor: join(temporary(), 'cyan'),
    isLeftOut: (path) => path === 'dist',
  });
  expect(diagnostics).toEqual([]);
  expect(content.folder).toBe(join(temporary(), 'cyan'));
  const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
  expect(content.entries).toEqual([
    { type: 'directory', path: 'build' },
    { type: 'file', path: 'build/35-mesa.sh', mode: 0o755, sha256 },
    { type: 'directory', path: 'empty' },
    { type: 'directory', path: 'files' },
    { type: 'file', path: 'files/f', mode: 0o644, sha256 },
    { type: 'symlink', path: 'files/link', target: '/etc/passwd' },
  ]);
});

it('refuses a folder that is a link', async () => {
  plant(temporary(), { 'elsewhere/Containerfile': file('FROM scratch\n') });
  symlinkSync('elsewhere', join(temporary(), 'deps'));
  const { content, diagnostics } = await readFolder({ anchor: temporary(), name: 'deps' });
  expect(content.entries).toEqual([]);
  expect(rendered(diagnostics, temporary())).toMatchInlineSnapshot(`
   "error[override/unsupported-type]: \`deps\` is a symlink, not a directory
     --> deps:1:1
     hint: links are not followed: put the files themselves into this folder"
  `);
});

it('says of a FIFO in the place of a script what is wrong with it', async () => {
  plant(temporary(), { build: directory() });
  execFileSync('mkfifo', [join(temporary(), 'build/35-mesa.sh')]);
  const { diagnostics } = await readFolder({ anchor: temporary() });
  expect(rendered(diagnostics, temporary())).toMatchInlineSnapshot(`
   "error[file/not-readable]: \`build/35-mesa.sh\` is a FIFO; builds see files, folders and symlinks
     --> build/35-mesa.sh:1:1"
  `);
});
