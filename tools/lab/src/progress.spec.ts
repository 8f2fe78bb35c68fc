import { diagnosticsOf } from '@immutablue/diagnostics';
import { runInStep } from './context';
import { step } from './progress';
import { createTestLab, type TestLab } from './testing/lab';

let lab: TestLab;
beforeAll(async () => {
  lab = await createTestLab();
});
afterAll(() => lab.remove());

it.each([
  ["Temporary failure resolving 'archive.example'", 'check the network'],
  ['E: Unable to locate package linux-headers-6.12.1+deb13-cloud-amd64', '`nx run lab:down --all`'],
  ['E: Unable to locate package tmux', '`nx run lab:up` goes on from here'],
])('tells what to do about %j', async (line, hint) => {
  const failing = step(lab.context, 'packages', (context) =>
    runInStep(context, ['sh', '-c', 'printf "%s\\n" "$1" >&2; exit 100', 'sh', line]),
  );
  const error: unknown = await failing.catch((caught: unknown) => caught);
  expect(diagnosticsOf(error)[0]).toMatchObject({ code: 'lab/step-failed', hint: expect.stringContaining(hint) });
});
