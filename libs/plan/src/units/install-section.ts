import type { ServiceScope } from '@immutablue/variant';

/**
 * The keys of a section [Install] by which `systemctl enable` does something:
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html#%5BInstall%5D%20Section%20Options
 */
const KEYS: readonly string[] = ['WantedBy', 'RequiredBy', 'UpheldBy', 'Alias', 'Also'];

/**
 * Whether `systemctl enable` has anything to do for a unit. Where it has not it prints advice, and succeeds.
 *
 * @param texts the unit file, then its drop-ins by name.
 */
export function canBeEnabled(texts: readonly string[]): boolean {
  const filled = new Set<string>();
  for (const [key, value] of texts.flatMap(installSettings)) {
    // An empty value takes back what the key was given before.
    if (value === '') filled.delete(key);
    else filled.add(key);
  }
  return KEYS.some((key) => filled.has(key));
}

/** What is wrong with a unit that is to be enabled and has nothing to be enabled by. */
export function notEnableable(scope: ServiceScope, unit: string): string {
  return `the ${scope} unit \`${unit}\` cannot be enabled: no section [Install] says what starts it`;
}

/** What to do about it. */
export const ENABLEABLE_HINT =
  'write `[Install]` with `WantedBy=` in the unit or in a drop-in of it; if a socket or a timer starts it, enable that instead';

/** The line of the heading [Install], counted from 1; the first line when there is none. */
export function installLine(text: string): number {
  return Math.max(1, text.split('\n').findIndex((line) => line.trim() === '[Install]') + 1);
}

/** Keys and values in sections [Install] of one file: https://www.freedesktop.org/software/systemd/man/latest/systemd.syntax.html */
function installSettings(text: string): (readonly [string, string])[] {
  const settings: (readonly [string, string])[] = [];
  let section = '';
  for (const line of logicalLines(text)) {
    if (line.startsWith('[')) {
      section = line;
      continue;
    }
    const equals = line.indexOf('=');
    if (section === '[Install]' && equals !== -1) {
      settings.push([line.slice(0, equals).trim(), line.slice(equals + 1).trim()]);
    }
  }
  return settings;
}

/** Lines without comments; one that ends with a backslash goes on in the next. */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let pending = '';
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    // A comment between continued lines is none of them.
    if (trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    if (trimmed.endsWith('\\')) {
      pending += `${trimmed.slice(0, -1)} `;
      continue;
    }
    lines.push(`${pending}${trimmed}`.trim());
    pending = '';
  }
  return pending === '' ? lines : [...lines, pending.trim()];
}
