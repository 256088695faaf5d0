import type { MemorySample } from "../large-values/worker-messages.ts";

/** The memory of a process after so many steps of its life. */
export interface StepSample extends MemorySample {
  readonly steps: number;
}

/** How a process grew from one sample to the last, and whether that is too much. */
export interface Growth {
  readonly fromSteps: number;
  readonly toSteps: number;
  /** Last sample less first, MiB. */
  readonly residentMebibytes: number;
  readonly heapMebibytes: number;
  /** The straight line through all samples from the first on, by least squares, bytes per step. */
  readonly residentBytesPerStep: number;
  readonly heapBytesPerStep: number;
  readonly isTooMuch: boolean;
}

/** What may be between two samples of a process that does not grow, MiB. */
export const tolerance = { residentMebibytes: 8, heapMebibytes: 1 };

const mebibyte = 2 ** 20;

/** The growth from the first sample after so many steps on; throws when there are not two samples. */
export function growthOf(samples: readonly StepSample[], fromSteps: number): Growth {
  const later = samples.filter(({ steps }) => steps >= fromSteps);
  const [first, last] = [later[0], later.at(-1)];
  if (first === undefined || last === undefined || first === last) throw new RangeError("Growth needs two samples");
  const residentMebibytes = last.residentMebibytes - first.residentMebibytes;
  const heapMebibytes = last.heapMebibytes - first.heapMebibytes;
  const slope = (pick: (sample: StepSample) => number) =>
    slopeOf(later.map((sample) => ({ x: sample.steps, y: pick(sample) * mebibyte })));
  return {
    ...{ fromSteps: first.steps, toSteps: last.steps, residentMebibytes, heapMebibytes },
    residentBytesPerStep: slope((sample) => sample.residentMebibytes),
    heapBytesPerStep: slope((sample) => sample.heapMebibytes),
    isTooMuch: residentMebibytes > tolerance.residentMebibytes || heapMebibytes > tolerance.heapMebibytes,
  };
}

/** The slope of the straight line through points that fits best, by least squares. */
function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
  return covariance / mean(points.map(({ x }) => (x - meanX) ** 2));
}
