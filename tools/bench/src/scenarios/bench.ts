import type { BenchWorkspace } from '../bench-workspace';
import type { Contender } from '../contenders/contender';

/** What scenarios work with. */
export interface Bench {
  readonly workspace: BenchWorkspace;
  readonly contenders: readonly Contender[];
  readonly repetitions: number;
  /** Reports progress. */
  readonly note: (line: string) => void;
}
