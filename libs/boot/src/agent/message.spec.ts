import { parseMessage } from './message';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('parseMessage', () => {
  it.each([
    ['boot 2', { kind: 'boot', boot: 2 }],
    [
      `state degraded ${base64('Startup finished in 1s')}`,
      { kind: 'state', state: 'degraded', analysis: 'Startup finished in 1s' },
    ],
    [`unit x@a.service ${base64('broken\n')}`, { kind: 'unit', unit: 'x@a.service', journal: 'broken\n' }],
    ['unit x.service ', { kind: 'unit', unit: 'x.service', journal: '' }],
    [
      `check 3 1 250  ${base64('ü\n')}`,
      { kind: 'check', number: 3, exitCode: 1, milliseconds: 250, stdout: '', stderr: 'ü\n' },
    ],
    ['end\r', { kind: 'end' }],
  ])('reads %j', (line, message) => {
    expect(parseMessage(line)).toEqual(message);
  });

  it.each(['', 'check 3 1', 'state asleep ', 'reboot 2', 'boot two'])('does not take %j for a message', (line) => {
    expect(parseMessage(line)).toBeUndefined();
  });
});
