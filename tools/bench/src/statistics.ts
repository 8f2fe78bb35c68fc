/** One measurement. */
export interface Sample {
  readonly seconds: number;
  /** What was written to files by the program and all that it started. */
  readonly writtenBytes: number;
}

/** The middle of the values; of an even number of them, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = sorted.length % 2 === 0 ? [sorted[middle - 1], sorted[middle]] : [sorted[middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('there is no median of nothing');
  return (low + high) / 2;
}

/** What several measurements of the same say. */
export interface Summary {
  readonly repetitions: number;
  readonly seconds: number;
  readonly fastest: number;
  readonly slowest: number;
  readonly writtenBytes: number;
}

/** The medians of some measurements. */
export function summarise(samples: readonly Sample[]): Summary {
  const seconds = samples.map((sample) => sample.seconds);
  return {
    repetitions: samples.length,
    seconds: median(seconds),
    fastest: Math.min(...seconds),
    slowest: Math.max(...seconds),
    writtenBytes: median(samples.map((sample) => sample.writtenBytes)),
  };
}

/** Two parts of one measurement, one after the other. */
export function addSamples(left: Sample, right: Sample): Sample {
  return { seconds: left.seconds + right.seconds, writtenBytes: left.writtenBytes + right.writtenBytes };
}
