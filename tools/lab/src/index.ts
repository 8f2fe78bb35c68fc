export { executorDefinitions } from './executors/executors';
export { createLabContext } from './context';
export { startRegistry, type Registry, type SecuredBy } from './registry/registry';
export { ensureRegistryClients, type RegistryClients } from './registry/registry-clients';
export { findLab } from './up';
export { readRequest } from './workspace';
