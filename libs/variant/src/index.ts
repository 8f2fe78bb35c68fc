export { ARCHITECTURES, architectureOf, PLATFORMS, platformOf, type Architecture, type Platform } from './platform';
export {
  encodeAddress,
  LAB_BASE_URL,
  LAB_KEY_PATH,
  LAB_MOUNT,
  UPSTREAM_PROFILES,
  upstreamProfile,
  type UpstreamProfile,
  type UpstreamProfileName,
} from './upstream';
