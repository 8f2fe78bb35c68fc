import { count, diagnosticsOf, lineWriter } from '@immutablue/diagnostics';

/** What is said when the command has ended: Nx may have the whole terminal until then. */
export interface Log {
  /** Takes note of what went wrong with a registry, or with this machine: of each, the same is said once. */
  readonly failed: (where: string, error: unknown) => void;
  /** Takes note of an entry that does not count. */
  readonly refused: (name: string, why: string) => void;
  readonly taken: () => void;
  readonly kept: () => void;
  readonly print: (stream?: { readonly write: (text: string) => unknown }) => void;
}

export function createLog(): Log {
  const warnings = new Map<string, readonly string[]>();
  const counts = { taken: 0, kept: 0 };
  return {
    failed: (where, error) => {
      const [{ code, message, notes = [], hint }] = diagnosticsOf(error);
      const key = `${where} ${code}`;
      if (warnings.has(key)) return;
      warnings.set(key, [message, ...notes, ...(hint === undefined ? [] : [hint])]);
    },
    refused: (name, why) => {
      warnings.set(name, [`\`${name}\` ${why}: it is not taken`]);
    },
    taken: () => {
      counts.taken += 1;
    },
    kept: () => {
      counts.kept += 1;
    },
    print: (stream = process.stderr) => {
      const say = lineWriter(stream);
      for (const lines of warnings.values())
        lines.forEach((line, index) => {
          say(index === 0 ? `nx-cache: warning: ${line}` : `  ${line}`);
        });
      say(`nx-cache: ${count(counts.taken, 'result')} of tasks taken, ${counts.kept} kept`);
    },
  };
}
