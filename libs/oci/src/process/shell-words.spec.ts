import { shellCommand } from '@immutablue/diagnostics';
import { runCommand } from './process';

it('is read back by a shell as it was', async () => {
  const words = ['', ' ', `'`, `it's`, '"$HOME"', '`id`', '\\', 'a\nb', '*', '~', '#', 'ü', '!1', '-n', 'a=b', '{a,b}'];
  const { stdout } = await runCommand(['bash', '-c', `printf '%s\\0' ${shellCommand(words)}`]);
  expect(stdout.split('\0').slice(0, -1)).toEqual(words);
});
