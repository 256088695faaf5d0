/** Which definition an object that appears in the upload bucket starts. The first that fits wins. */
export interface ObjectBinding {
  readonly keyPrefix?: string;
  readonly keySuffix?: string;
  readonly definitionId: string;
}

/** Which definition a schedule starts: the EventBridge rule's name is `rule`, or ends in `-` and `rule`. */
export interface ScheduleBinding {
  readonly rule: string;
  readonly definitionId: string;
}

/** What events without a definition id of their own start; declared in `src/workflows/registry.ts`. */
export interface TriggerBindings {
  readonly objectCreated: readonly ObjectBinding[];
  readonly schedules: readonly ScheduleBinding[];
}
