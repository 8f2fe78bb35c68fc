export { openRegistryCache, type RegistryCache, type RegistryCacheOptions } from './registry-cache';
export { type CacheRepository, type CacheSettings } from './settings';
