/** One thing that `systemd-analyze verify` says of a unit. */
export interface UnitMessage {
  /** The unit's name, or the path of the file that the message is about. */
  readonly subject: string;
  readonly line?: number;
  readonly text: string;
}

const ABOUT_LINE = /^(?<subject>\/[^:]+):(?<line>\d+): (?<text>.+)$/;
const ABOUT_FILE = /^(?<subject>\/[^:]+\.\w+): (?<text>.+)$/;
const ABOUT_UNIT =
  /^(?<subject>[\w@.:\\-]+\.(?:service|socket|timer|path|mount|automount|target|swap|slice|scope)): (?<text>.+)$/;
const MISSING = /^(?:Unit (?<subject>\S+) not found\.|Failed to load unit file (?<other>\S+): .*)$/;

/** The messages about units in what `systemd-analyze verify` printed. */
export function readVerifyOutput(output: string): UnitMessage[] {
  return output.split('\n').flatMap((line): UnitMessage[] => {
    const missing = MISSING.exec(line)?.groups;
    if (missing !== undefined) return [{ subject: missing['subject'] ?? missing['other'] ?? '', text: line }];
    const groups = (ABOUT_LINE.exec(line) ?? ABOUT_FILE.exec(line) ?? ABOUT_UNIT.exec(line))?.groups;
    if (groups === undefined) return [];
    const number = groups['line'];
    return [
      {
        subject: groups['subject'] ?? '',
        ...(number === undefined ? {} : { line: Number(number) }),
        text: groups['text'] ?? '',
      },
    ];
  });
}
