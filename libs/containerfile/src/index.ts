export { exportCommand } from './command';
export { writeContainerfile } from './write';
