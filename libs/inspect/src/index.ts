export { CHECK_NAMES } from './checks';
export { inspectImage } from './inspect';
export { inspectionJson, inspectionJunit, type InspectionReport } from './report/report';
export { renderResult, renderSummary } from './report/text';
