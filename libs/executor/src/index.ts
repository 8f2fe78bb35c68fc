export { type ExecutorDefinition } from './definition';
export { executorsJson, optionHelp, schemaJson } from './nx-files';
export { flag, parseOptions, textOrNumber, wantedBy } from './options';
export { reportFaults } from './report-faults';
