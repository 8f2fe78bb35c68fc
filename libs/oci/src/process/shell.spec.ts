import { runCommand } from './process';
import { renderArgv } from './shell';

it('quotes only what a shell would take apart', () => {
  expect(renderArgv(['buildah', 'run', '--', 'echo', 'a b', `it's`])).toBe(`buildah run -- echo 'a b' 'it'\\''s'`);
});

it('is read back by a shell as it was', async () => {
  const words = ['', ' ', `'`, `it's`, '"$HOME"', '`id`', '\\', 'a\nb', '*', '~', '#', 'ü', '!1', '-n', 'a=b', '{a,b}'];
  const { stdout } = await runCommand(['bash', '-c', `printf '%s\\0' ${renderArgv(words)}`]);
  expect(stdout.split('\0').slice(0, -1)).toEqual(words);
});
