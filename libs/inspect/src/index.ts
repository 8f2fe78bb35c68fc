export { CHECK_NAMES } from './checks';
export { inspectImage, type InspectRequest } from './inspect';
export { inspectionJson, inspectionJunit, type InspectionReport, type InspectionResult } from './report/report';
export { renderResult, renderSummary } from './report/text';
