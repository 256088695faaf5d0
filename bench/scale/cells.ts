import type { Cell } from "./cell.ts";
import { predictLimits } from "./predict.ts";
import { type DeploymentName, deployments } from "./quotas.ts";

/** The loads of the grids, workflows a minute, and how many times smaller each is simulated. */
const loads = [
  { workflowsPerMinute: 10_000, scale: 10 },
  { workflowsPerMinute: 100_000, scale: 50 },
  { workflowsPerMinute: 300_000, scale: 100 },
  { workflowsPerMinute: 1_000_000, scale: 250 },
  { workflowsPerMinute: 3_000_000, scale: 500 },
] as const;

/** What `npm run simulate:scale` simulates, table by table. */
export interface Tables {
  readonly tenSteps: readonly Cell[];
  readonly oneStep: readonly Cell[];
  /** A twentieth below and above where the arithmetic says that a deployment breaks. */
  readonly atTheLimit: readonly Cell[];
  readonly byMinute: readonly Cell[];
}

/** The cells of all tables; a quick run leaves out what takes long. */
export function cellsFor({ seed, isQuick }: { readonly seed: number; readonly isQuick: boolean }): Tables {
  const minutes = isQuick ? 1 : 2;
  const chosen = isQuick ? loads.slice(0, 3) : loads;
  const grid = (deployment: DeploymentName, stepsPerInvocation: number, least = 0): readonly Cell[] =>
    chosen
      .filter(({ workflowsPerMinute }) => workflowsPerMinute >= least)
      .map((load) => ({ ...load, deployment, stepsPerInvocation, minutes, seed }));
  const small = (stepsPerInvocation: number, ...perMinute: readonly number[]): readonly Cell[] =>
    perMinute.map((workflowsPerMinute) => {
      return { deployment: "as deployed", stepsPerInvocation, workflowsPerMinute, scale: 10, minutes: 3, seed };
    });
  return {
    tenSteps: [
      ...small(10, 10_000, 20_000),
      ...grid("default quotas", 10),
      ...grid("raised quotas", 10),
      ...grid("raised, 64 shards", 10),
    ],
    oneStep: isQuick
      ? small(1, 3_000, 5_000, 10_000)
      : [
          ...small(1, 3_000, 5_000, 10_000),
          ...grid("default quotas", 1).slice(1, 3),
          ...grid("raised, 64 shards", 1, 300_000),
        ],
    atTheLimit: [
      ...aroundLimit("default quotas", 1, 40, seed),
      ...aroundLimit("default quotas", 10, 50, seed),
      ...aroundLimit("raised quotas", 10, 80, seed),
      ...(isQuick ? [] : aroundLimit("raised, 64 shards, 10,000 dispatchers", 10, 500, seed)),
    ],
    byMinute: isQuick
      ? []
      : [
          {
            ...{ deployment: "raised quotas", stepsPerInvocation: 10, workflowsPerMinute: 300_000 },
            ...{ scale: 150, minutes: 12, seed },
          },
          {
            ...{ deployment: "raised, 64 shards, idle before", stepsPerInvocation: 10, workflowsPerMinute: 1_000_000 },
            ...{ scale: 250, minutes: 6, seed },
          },
        ],
  };
}

function aroundLimit(
  deployment: DeploymentName,
  stepsPerInvocation: number,
  scale: number,
  seed: number,
): readonly Cell[] {
  const [limit] = predictLimits(deployments[deployment], stepsPerInvocation);
  if (limit === undefined) throw new RangeError("Nothing limits the deployment");
  return [0.95, 1.05].map((share) => {
    const workflowsPerMinute = Math.round(share * limit.workflowsPerMinute);
    return { deployment, stepsPerInvocation, workflowsPerMinute, scale, minutes: 2, seed };
  });
}
