export { CHECK_NAMES } from './checks';
export { inspectImage, type InspectRequest } from './inspect';
export { renderJson } from './report/json';
export { renderJunit } from './report/junit';
export { statusOf, type CheckResult, type CheckStatus, type InspectionReport } from './report/report';
export { renderResult, renderSummary } from './report/text';
