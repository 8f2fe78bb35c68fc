export { type LabContext } from './context';
export { createLabContext } from './create-context';
export { removeStale, takeDown, type DownExtent } from './down';
export { readHostPackages, type HostPackages } from './host/host';
export { type LabRequest } from './plan';
export { startRegistry, type Registry, type RegistryOptions } from './registry/registry';
export { readStatus, renderStatus, type StatusRow } from './status';
export { bringUp, findLab, type Lab } from './up';
export { readRequest, type RequestOptions } from './workspace';
