export { exportCommand } from './command';
export { writeContainerfile, type WrittenExport } from './write';
