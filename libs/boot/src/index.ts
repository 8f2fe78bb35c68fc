export { requireMachineHost } from './machine/host';
export { type MachineKind } from './machine/machine';
export { readBootPlan } from './read-boot-plan';
export { summaryOf } from './report/lines';
export { bootJson, bootJunit } from './report/report';
export { bootImage, throwIfFailed } from './run/boot';
export { createBootReporter } from './run/reporter';
