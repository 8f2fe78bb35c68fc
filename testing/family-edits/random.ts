/** A source of choices that gives the same ones for the same seed. */
export interface Random {
  /** A whole number from 0 to below `limit`. */
  readonly below: (limit: number) => number;
  /** One of the values. @throws {Error} when there is none. */
  readonly pick: <Value>(values: readonly Value[]) => Value;
  /** True once in `times` times. */
  readonly once: (times: number) => boolean;
}

/** A linear congruential generator modulo 2^48, with the multiplier and the increment that POSIX gives for drand48. */
const MULTIPLIER = 0x5deece66dn;
const INCREMENT = 11n;
const BITS = 48n;

/** Makes a source of choices from a seed. */
export function createRandom(seed: number): Random {
  let state = (BigInt(seed) << 16n) | 0x330en;
  const below = (limit: number): number => {
    state = BigInt.asUintN(Number(BITS), state * MULTIPLIER + INCREMENT);
    // The higher bits alone: the lower ones of such a generator repeat soon.
    return Number(((state >> 16n) * BigInt(limit)) >> (BITS - 16n));
  };
  return {
    below,
    pick: (values) => {
      const value = values[below(values.length)];
      if (value === undefined) throw new Error('nothing to choose from');
      return value;
    },
    once: (times) => below(times) === 0,
  };
}
