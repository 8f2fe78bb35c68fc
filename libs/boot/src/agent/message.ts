import * as z from 'zod';

/** What systemd says of the whole system, systemctl(1) is-system-running; `timeout` when it did not get there in time. */
export const SYSTEM_STATES = [
  'running',
  'degraded',
  'maintenance',
  'stopping',
  'offline',
  'unknown',
  'initializing',
  'starting',
  'timeout',
] as const;
export type SystemState = (typeof SYSTEM_STATES)[number];

/** One thing that the agent in the machine says. */
export type AgentMessage =
  | { readonly kind: 'boot'; readonly boot: number }
  /** `analysis` is what systemd-analyze says of the time, or which jobs are not done when the time is up. */
  | { readonly kind: 'state'; readonly state: SystemState; readonly analysis: string }
  | { readonly kind: 'unit'; readonly unit: string; readonly journal: string }
  /** `content` is what the file of that occasion holds. */
  | { readonly kind: 'results'; readonly occasion: string; readonly content: string }
  | { readonly kind: 'started'; readonly number: number }
  | {
      readonly kind: 'check';
      readonly number: number;
      readonly exitCode: number;
      readonly milliseconds: number;
      readonly stdout: string;
      readonly stderr: string;
    }
  | { readonly kind: 'end' };

const number = z.string().regex(/^\d+$/).transform(Number);
const text = z.string().transform((value) => Buffer.from(value, 'base64').toString('utf8'));

const lineSchema = z.union([
  z.tuple([z.literal('boot'), number]).transform(([kind, boot]): AgentMessage => ({ kind, boot })),
  z
    .tuple([z.literal('state'), z.enum(SYSTEM_STATES), text])
    .transform(([kind, state, analysis]): AgentMessage => ({ kind, state, analysis })),
  z
    .tuple([z.literal('unit'), z.string().min(1), text])
    .transform(([kind, unit, journal]): AgentMessage => ({ kind, unit, journal })),
  z
    .tuple([z.literal('results'), z.string().min(1), text])
    .transform(([kind, occasion, content]): AgentMessage => ({ kind, occasion, content })),
  z.tuple([z.literal('started'), number]).transform(([kind, value]): AgentMessage => ({ kind, number: value })),
  z
    .tuple([z.literal('check'), number, number, number, text, text])
    .transform(([kind, value, exitCode, milliseconds, stdout, stderr]): AgentMessage => ({
      kind,
      number: value,
      exitCode,
      milliseconds,
      stdout,
      stderr,
    })),
  z.tuple([z.literal('end')]).transform(([kind]): AgentMessage => ({ kind })),
]);

/** Reads a line of the agent; undefined when it is none of its lines, as half a line of a machine that died is not. */
export function parseMessage(line: string): AgentMessage | undefined {
  const parsed = lineSchema.safeParse(line.replace(/\r$/, '').split(' '));
  return parsed.success ? parsed.data : undefined;
}
