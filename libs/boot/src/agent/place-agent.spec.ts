import { renderCheckScript } from './place-agent';
import { runCommand } from '@immutablue/oci';

describe('renderCheckScript', () => {
  it('passes the words of a command on as they are', async () => {
    const words = ['a b', "it's", '$HOME', '', 'x\ny', '*'];
    const script = renderCheckScript({ kind: 'command', argv: ['printf', '[%s]', ...words] });
    const { stdout } = await runCommand(['bash', '-c', script]);
    expect(stdout).toBe(words.map((word) => `[${word}]`).join(''));
  });

  it('ends a script at the first command that fails', async () => {
    const script = renderCheckScript({ kind: 'script', text: 'false | true\necho on' });
    await expect(runCommand(['bash', '-c', script])).rejects.toThrow('exit code 1');
  });
});
