export { type DiagnosticCode } from './codes';
export { DiagnosticError, errorFrom, throwIfAny, type Diagnostic, type SourceLocation } from './diagnostic';
export { diagnosticsOf, exitCodeOf, isFault } from './diagnostics-of';
export { renderDiagnostic, renderError, renderLocation } from './render';
export { resultToJson } from './report/json';
export { renderJunit } from './report/junit';
export {
  faultsOf,
  statusLabel,
  statusOf,
  type Allowance,
  type CheckResult,
  type CheckStatus,
  type Finding,
  type JudgedFinding,
  type Owner,
  type Verdict,
} from './report/result';
export { isSystemError, systemFault, type SystemError } from './system-error';
export { hintForUnknownName, nearestName } from './suggest';
export { HEARTBEAT_MS, startHeartbeat, type Heartbeat } from './terminal/heartbeat';
export { lineWriter, print, printError, printJson, printLine } from './terminal/print';
export { fitTo } from './text/fit';
export { count, formatBytes, formatDuration, formatMode, quoteNames } from './text/format';
export { visibleJson } from './text/json';
export { shortenPath } from './text/path';
export { renderTable, type Column } from './text/table';
export { credentialIn } from './text/credentials';
export { visible, visibleLines, visibleOutput } from './text/visible';
export { shellCommand, shellWord } from './text/shell';
