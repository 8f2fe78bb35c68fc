import { DiagnosticError, type DiagnosticCode } from '@immutablue/diagnostics';
import { whileAnswering } from './while-answering';

/** Attempts in order, and which of them were made; time goes on by the seconds that are given before each. */
async function attempts(...failures: readonly (readonly [seconds: number, code?: DiagnosticCode])[]) {
  let seconds = 0;
  let warnings = 0;
  const attempt = whileAnswering(
    () => (warnings += 1),
    () => seconds * 1000,
  );
  const outcomes: string[] = [];
  for (const [later, code] of failures) {
    seconds += later;
    let outcome = 'not tried';
    await attempt(() => {
      outcome = code ?? 'answered';
      return code === undefined
        ? Promise.resolve()
        : Promise.reject(new DiagnosticError({ code, message: 'of a test' }));
    });
    outcomes.push(outcome);
  }
  return { outcomes, warnings };
}

it('leaves a registry alone for a while that does not answer', async () => {
  expect(await attempts([0], [0, 'registry/unreachable'], [1], [28], [1], [0])).toEqual({
    outcomes: ['answered', 'registry/unreachable', 'not tried', 'not tried', 'answered', 'answered'],
    warnings: 1,
  });
});

it('goes on when a single entry is damaged, and says nothing of what was interrupted', async () => {
  expect(await attempts([0, 'registry/digest-mismatch'], [0, 'build/interrupted'], [0])).toEqual({
    outcomes: ['registry/digest-mismatch', 'build/interrupted', 'answered'],
    warnings: 1,
  });
});
