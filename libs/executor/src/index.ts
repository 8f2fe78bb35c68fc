export { type ExecutorDefinition } from './definition';
export { executorsJson, optionHelp, schemaJson } from './nx-files';
export { isLeftOut, leaveOut } from './left-out';
export { flag, parseOptions, textOrNumber, wantedBy } from './options';
export { reportFaults } from './report-faults';
