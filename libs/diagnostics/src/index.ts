export { DIAGNOSTIC_CODES, EXIT_CODES, type DiagnosticCategory, type DiagnosticCode } from './codes';
export {
  DiagnosticError,
  diagnosticsOf,
  exitCodeOf,
  throwIfAny,
  type Diagnostic,
  type SourceLocation,
} from './diagnostic';
export { renderDiagnostic, renderError, renderLocation, type RenderOptions } from './render';
export { hintForUnknownName, nearestName } from './suggest';
