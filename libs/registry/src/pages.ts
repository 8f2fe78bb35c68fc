import { DiagnosticError } from '@immutablue/diagnostics';
import type * as z from 'zod';
import { addressIn } from './http/addresses';
import { questionOf } from './http/exchange';
import { unexpected } from './http/failures';
import { readJson } from './http/read-body';
import type { Repository } from './open-registry';

/** A list is no longer. */
const MOST_PAGES = 1000;

export interface Page<T> {
  readonly value: T;
  readonly header: (name: string) => string | undefined;
}

/**
 * The pages of a list, each of which names the next one.
 *
 * https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#listing-tags
 *
 * @returns undefined when the registry has no such list.
 * @throws {DiagnosticError} `registry/unexpected-answer` when they do not end, or lead elsewhere; `registry/…`.
 */
export async function readPages<T>(
  repository: Repository,
  { path, action, signal }: { path: string; action: string; signal?: AbortSignal | undefined },
  schema: z.ZodType<T>,
): Promise<readonly Page<T>[] | undefined> {
  const question = questionOf(repository.connection, { action });
  const pages: Page<T>[] = [];
  const seen = new Set<string>();
  let next: URL | undefined = repository.address(path);
  while (next !== undefined) {
    const url: URL = next;
    seen.add(url.href);
    const call = { action, method: 'GET', path: url, actions: 'pull', accepts: [200, 404], signal } as const;
    const page = await repository.ask(call, async (answer) => {
      if (answer.status === 200) return { value: await readJson(answer, schema, question), header: answer.header };
      await answer.discard();
      return undefined;
    });
    if (page === undefined) return undefined;
    pages.push(page);
    const target = nextPage(page.header('link'));
    next = addressIn(target, url);
    const isElsewhere = target !== undefined && (next?.origin !== url.origin || seen.has(next.href));
    if (isElsewhere || pages.length >= MOST_PAGES) {
      throw new DiagnosticError(unexpected(question.host, action, 'its pages do not end, or lead elsewhere'));
    }
  }
  return pages;
}

/** The target of the link to the next page, or undefined. Pure. https://www.rfc-editor.org/rfc/rfc8288#section-3 */
export function nextPage(link: string | undefined): string | undefined {
  for (const [, target, parameters = ''] of (link ?? '').matchAll(/<([^<>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=[\s;,]|$))/i.test(parameters)) return target;
  }
  return undefined;
}
