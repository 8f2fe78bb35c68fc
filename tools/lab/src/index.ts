export { executorDefinitions } from './executors/executors';
export { createLabContext } from './context';
export { ensureRegistryClients, type RegistryClients } from './registry/registry-clients';
export { startRegistry, type Registry } from './registry/registry';
export { findLab } from './up';
export { readRequest } from './workspace';
