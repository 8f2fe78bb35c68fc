import { DiagnosticError } from '@immutablue/diagnostics';
import type { StepCommand } from '@immutablue/plan';
import { tryStepCommand } from '../run/command';
import type { RunContext } from '../run/context';
import type { Address } from './address';
import { curlConfig, judge, parseResults, type Answer, type Method } from './curl';

/** Where curl sees what it is to ask. */
const ASK_CONFIG = '/run/immutablue/ask.conf';

/**
 * Asks whether addresses are there, with the image's own curl: what it trusts and how it gets out is the same as in a build. Nothing is
 * fetched.
 *
 * @returns an answer for each, in their order.
 */
export async function ask(context: RunContext, addresses: readonly Address[]): Promise<readonly Answer[]> {
  const answers = await askOnce(context, addresses, 'head');
  // There are servers that answer a HEAD with anything.
  const again = addresses.flatMap((address, index) => (answers[index]?.kind === 'there' ? [] : [{ address, index }]));
  const second = await askOnce(
    context,
    again.map(({ address }) => address),
    'first-byte',
  );
  const better = new Map(again.map(({ index }, position) => [index, second[position]]));
  return answers.map((answer, index) => better.get(index) ?? answer);
}

async function askOnce(context: RunContext, addresses: readonly Address[], method: Method): Promise<Answer[]> {
  if (addresses.length === 0) return [];
  const config = curlConfig(addresses, method, (index) => credentialsFor(context, addresses[index]));
  const command: StepCommand = {
    argv: ['curl', '--config', ASK_CONFIG],
    sees: ['repositories'],
    environment: {},
    proxies: 'passed',
    origin: { kind: 'names', names: [] },
  };
  const { output, result } = await tryStepCommand(context, command, [
    { source: await context.secrets.fileWith(config), target: ASK_CONFIG, access: 'read-only' },
  ]);
  const results = parseResults(output);
  return addresses.map(({ url }, index) => {
    const found = results.get(index);
    if (found !== undefined) return judge(found);
    throw new DiagnosticError({
      code: 'oci/unexpected-output',
      message: `curl of the image does not say whether \`${url}\` is there: it ended with exit code ${result.exitCode}`,
      notes: output.slice(-5),
    });
  });
}

function credentialsFor({ secrets }: RunContext, address: Address | undefined): string | undefined {
  return address?.secret === undefined ? undefined : secrets.valueOf(address.secret)?.trim();
}
