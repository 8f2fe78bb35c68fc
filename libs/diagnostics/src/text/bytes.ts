const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size in bytes, in decimal units as disks are sold: `549 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : value.toFixed(0)} ${UNITS[unit] ?? ''}`;
}
