import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DiagnosticError, throwIfAny } from '@immutablue/diagnostics';
import { checkTool, TRACE_TOOL, tryCommand } from '@immutablue/oci';
import { createLineReader, type Call, type Exit } from './strace-line';
import { TRACED_CALLS } from './system-calls';

/** The command that traces another, which is put behind it. */
export function tracerArgv(output: string): readonly string[] {
  return [
    TRACE_TOOL.program,
    '-f',
    '-q',
    // Paths of file descriptors.
    '-y',
    // Whole arguments of programs: paths are printed whole in any case.
    '-s',
    '65536',
    '-e',
    'signal=none',
    '-e',
    `trace=${TRACED_CALLS.join(',')}`,
    // Told to stop, it stops what it traces.
    '-I',
    'waiting',
    '-o',
    output,
    '--',
  ];
}

/**
 * Checks that programs can be traced on this machine.
 *
 * @throws {DiagnosticError} `host/missing-tool`, `host/tool-too-old` or `host/not-supported`.
 */
export async function requireTracer(): Promise<void> {
  throwIfAny(await checkTool(TRACE_TOOL));
  const { exitCode, tail } = await tryCommand([TRACE_TOOL.program, '-q', '-e', 'trace=none', '--', 'true']);
  if (exitCode === 0) return;
  throw new DiagnosticError({
    code: 'host/not-supported',
    message: 'programs cannot be traced on this machine',
    notes: tail,
    hint: 'in a container it takes the capability SYS_PTRACE; /proc/sys/kernel/yama/ptrace_scope must not be 3',
  });
}

/** The entries of a trace. */
export async function readTrace(file: string): Promise<readonly (Call | Exit)[]> {
  const read = createLineReader();
  const entries: (Call | Exit)[] = [];
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    const entry = read(line);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}
