export { planBoot, type BootPlan } from './checks-file/plan';
export { requireMachineHost } from './machine/host';
export { type MachineKind } from './machine/machine';
export { BOOT_CHECKS_FILE, readBootPlan } from './read-boot-plan';
export { summaryOf } from './report/lines';
export { bootJson, bootJunit, type BootReport } from './report/report';
export { bootImage, throwIfFailed, type BootRequest } from './run/boot';
export { type BootEvent } from './run/event';
export { createBootReporter, type BootReporter } from './run/reporter';
