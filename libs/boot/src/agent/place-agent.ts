import { shellCommand } from '@immutablue/diagnostics';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type RootFilesystem } from '@immutablue/overrides';
import { type CheckCommand } from '../checks-file/boot-checks';
import { type BootPlan } from '../checks-file/plan';

/** Where the agent is in the machine. /etc is the one place that a real host, too, has of its own and keeps. */
const DIRECTORY = '/etc/immutablue-boot';
const UNIT = 'immutablue-boot-agent.service';

export interface AgentSettings {
  /** Where the agent writes what it has to say, a path in the machine. */
  readonly channel: string;
  /** How long the system may take to start. */
  readonly startTimeoutSeconds: number;
}

/** Puts the agent, its unit and the checks into the root filesystem of a machine that is not running. */
export async function placeAgent(root: RootFilesystem, plan: BootPlan, settings: AgentSettings): Promise<void> {
  const agent = join(dirname(require.resolve('@immutablue/boot/package.json')), 'scripts', 'boot-agent.sh');
  await root.writeFile(`${DIRECTORY}/boot-agent.sh`, await readFile(agent), { mode: 0o755 });
  await root.writeFile(`${DIRECTORY}/plan`, renderAgentPlan(plan), { mode: 0o644 });
  for (const [number, check] of plan.checks.entries()) {
    await root.writeFile(`${DIRECTORY}/checks/${number}.sh`, renderCheckScript(check.command), { mode: 0o644 });
  }
  await root.writeFile(`/etc/systemd/system/${UNIT}`, renderUnit(settings), { mode: 0o644 });
  // Not multi-user.target: a system that does not get there has to be reported, too.
  await root.makeSymlink(`/etc/systemd/system/basic.target.wants/${UNIT}`, `../${UNIT}`);
}

/** One line for each check: its number, on which boot it runs, and how many seconds it may take. */
export function renderAgentPlan(plan: BootPlan): string {
  return plan.checks.map((check, number) => `${number} ${check.boot} ${check.timeoutSeconds}\n`).join('');
}

/** A check as a script of bash. */
export function renderCheckScript(command: CheckCommand): string {
  switch (command.kind) {
    case 'command':
      return `exec ${shellCommand(command.argv)}\n`;
    case 'script':
      return `set -euo pipefail\n${command.text}\n`;
  }
}

/** systemd.service(5). It is started early and without a place in the order: it must not hold up what it waits for. */
function renderUnit({ channel, startTimeoutSeconds }: AgentSettings): string {
  return [
    '[Unit]',
    'Description=Checks of nx boot',
    'DefaultDependencies=no',
    '',
    '[Service]',
    'Type=exec',
    'WorkingDirectory=/',
    `ExecStart=/bin/bash ${DIRECTORY}/boot-agent.sh`,
    'Environment=HOME=/root',
    `Environment=IMMUTABLUE_BOOT_CHANNEL=${channel}`,
    `Environment=IMMUTABLUE_BOOT_TIMEOUT=${startTimeoutSeconds}`,
    '',
  ].join('\n');
}
