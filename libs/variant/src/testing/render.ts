import { renderDiagnostic, type Diagnostic } from '@immutablue/diagnostics';

/** Diagnostics as a terminal shows them. */
export function render(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, { root: '/', colors: 'never' })).join('\n\n');
}
