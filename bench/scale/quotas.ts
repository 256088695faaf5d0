/** What bounds a deployment, in numbers of AWS and of the template; docs/scale.md says where each is from. */
export interface Quotas {
  /** Write units per second of the table, and of each index by itself. */
  readonly tableWrites: number;
  /** Read units per second of the table. */
  readonly tableReads: number;
  /** Write units per second of one partition; all writes of one key of an index go to one. */
  readonly partitionWrites: number;
  /** Over how many keys an index spreads what would be one. */
  readonly indexShards: number;
  /** The most dispatchers that the queue runs at a time (MaximumConcurrency). */
  readonly dispatchers: number;
  /** How many more of them it runs each minute while there is work, from five on; infinite: at once. */
  readonly dispatchersPerMinute: number;
  /** Executions at a time of all functions of the account. */
  readonly accountConcurrency: number;
  /** Messages of a queue that are received and not deleted. */
  readonly inFlight: number;
}

const atOnce = Number.POSITIVE_INFINITY;

const newAccount: Quotas = {
  tableWrites: 40_000,
  tableReads: 40_000,
  partitionWrites: 1_000,
  indexShards: 8,
  dispatchers: 1_000,
  dispatchersPerMinute: atOnce,
  accountConcurrency: 1_000,
  inFlight: 120_000,
};

const raised = { tableWrites: 4_000_000, tableReads: 4_000_000, accountConcurrency: 10_000 };

/** The deployments that are simulated, by name. */
export const deployments = {
  /** The template without parameters. */
  "as deployed": { ...newAccount, dispatchers: 10 },
  /** The largest MaximumConcurrency, and all else as a new account has it; the queue has had time to run that many. */
  "default quotas": newAccount,
  /** What can be raised is, so that only the design and what AWS does not raise are left. */
  "raised quotas": { ...newAccount, ...raised },
  "raised, 64 shards": { ...newAccount, ...raised, indexShards: 64 },
  /** A queue that was idle before, so that Lambda has to add dispatchers. */
  "raised, 64 shards, idle before": { ...newAccount, ...raised, indexShards: 64, dispatchersPerMinute: 300 },
  /** Of provisioned pollers, or several queues: so that nothing but the shards is left. */
  "raised, 64 shards, 10,000 dispatchers": {
    ...newAccount,
    ...raised,
    indexShards: 64,
    dispatchers: 10_000,
    accountConcurrency: 100_000,
  },
} as const satisfies Record<string, Quotas>;
export type DeploymentName = keyof typeof deployments;

/** A deployment that is so many times smaller: all rates and counts are, save the number of shards. */
export function scaleDown(quotas: Quotas, scale: number): Quotas {
  const count = (full: number) => Math.max(1, Math.round(full / scale));
  return {
    tableWrites: quotas.tableWrites / scale,
    tableReads: quotas.tableReads / scale,
    partitionWrites: quotas.partitionWrites / scale,
    indexShards: quotas.indexShards,
    dispatchers: count(quotas.dispatchers),
    dispatchersPerMinute: quotas.dispatchersPerMinute / scale,
    accountConcurrency: count(quotas.accountConcurrency),
    inFlight: count(quotas.inFlight),
  };
}
