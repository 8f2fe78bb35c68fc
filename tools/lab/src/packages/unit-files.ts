import { type ServiceScope } from '@immutablue/variant';

/** A text file of a stand-in package, by its absolute path in the root filesystem. */
export interface StandInFile {
  readonly path: string;
  readonly content: string;
}

/** The types of units that a stand-in can exist for. Mounts and devices are named after what they are: those cannot. */
const SUFFIXES = ['service', 'socket', 'timer', 'path', 'target'] as const;
type UnitSuffix = (typeof SUFFIXES)[number];

/** Where RPMs put unit files of a scope. */
export function unitDirectory(scope: ServiceScope): string {
  return `/usr/lib/systemd/${scope}`;
}

/** The unit file behind a name as lists have it: `sshd` is a service, `foo@bar.service` an instance of `foo@.service`. */
export function unitFileName(unit: string): string {
  return (/\.[a-z]+$/.test(unit) ? unit : `${unit}.service`).replace(/@.*\./, '@.');
}

function suffixOf(fileName: string): UnitSuffix | undefined {
  return SUFFIXES.find((suffix) => fileName.endsWith(`.${suffix}`));
}

/**
 * The unit files that stand in for a unit: they load, can be enabled, and do nothing. Empty when there can be none for a
 * unit of this type.
 */
export function standInUnits(unit: string, scope: ServiceScope): StandInFile[] {
  const fileName = unitFileName(unit);
  const suffix = suffixOf(fileName);
  if (suffix === undefined) return [];
  const stem = fileName.slice(0, -suffix.length - 1);
  const own = unitFile(fileName, suffix, scope);
  // A socket, a timer and a path each start the service of the same name.
  const starts = suffix === 'socket' || suffix === 'timer' || suffix === 'path';
  return starts ? [own, unitFile(`${stem}.service`, 'service', scope)] : [own];
}

function unitFile(fileName: string, suffix: UnitSuffix, scope: ServiceScope): StandInFile {
  const lines = [
    '[Unit]',
    `Description=Immutablue lab stand-in for ${fileName}`,
    '',
    ...sectionOf(fileName, suffix),
    '[Install]',
    `WantedBy=${wantedBy(suffix, scope)}`,
    '',
  ];
  return { path: `${unitDirectory(scope)}/${fileName}`, content: lines.join('\n') };
}

function sectionOf(fileName: string, suffix: UnitSuffix): string[] {
  switch (suffix) {
    case 'service':
      return ['[Service]', 'Type=oneshot', 'ExecStart=/usr/bin/true', ''];
    case 'socket':
      return ['[Socket]', `ListenStream=%t/immutablue-lab/${fileName}`, ''];
    case 'timer':
      return ['[Timer]', 'OnCalendar=weekly', ''];
    case 'path':
      return ['[Path]', `PathExists=%t/immutablue-lab/${fileName}`, ''];
    case 'target':
      return [];
  }
}

function wantedBy(suffix: UnitSuffix, scope: ServiceScope): string {
  switch (suffix) {
    case 'socket':
      return 'sockets.target';
    case 'timer':
      return 'timers.target';
    case 'path':
      return 'paths.target';
    case 'service':
    case 'target':
      return scope === 'system' ? 'multi-user.target' : 'default.target';
  }
}
