import { DiagnosticError } from '@immutablue/diagnostics';
import { reportFaults } from './report-faults';

const listeners = () => ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => process.listenerCount(signal));

it('gives the exit code of the work', async () => {
  expect(await reportFaults('/', () => Promise.resolve(7))).toBe(7);
});

it('prints a fault, and gives its exit code', async () => {
  const printed = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const fault = new DiagnosticError({ code: 'yaml/wrong-value', message: 'it is wrong', hint: 'try again' });
  expect(await reportFaults('/', () => Promise.reject(fault))).toBe(2);
  expect(printed.mock.calls.flat().join('')).toContain('error[yaml/wrong-value]: it is wrong');
  printed.mockRestore();
});

it('tells the work of a Ctrl-C, and listens no longer than the work goes on', async () => {
  const before = listeners();
  const code = await reportFaults(
    '/',
    (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve(130);
        });
        process.emit('SIGINT');
      }),
  );
  expect(code).toBe(130);
  expect(listeners()).toEqual(before);
});
