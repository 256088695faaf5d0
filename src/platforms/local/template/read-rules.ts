import * as v from "valibot";
import { RefluxoError } from "../../../engine/index.ts";
import { compileEventPattern } from "../events/event-pattern.ts";
import { parseSchedule } from "../events/schedule.ts";
import type { FunctionSpec, QueueSpec, RuleSpec, RuleTarget } from "./application.ts";
import type { Template } from "./load-template.ts";
import { arnOf, physicalName } from "./local-names.ts";
import { readProperties } from "./read-properties.ts";
import type { TemplateResolver } from "./template-resolver.ts";

const Target = v.object({
  Id: v.string(),
  Arn: v.string(),
  Input: v.optional(v.string()),
  InputPath: v.optional(v.never("the local runtime knows Input only")),
  InputTransformer: v.optional(v.never("the local runtime knows Input only")),
});
type Target = v.InferOutput<typeof Target>;

const RuleProperties = v.object({
  State: v.optional(v.string(), "ENABLED"),
  ScheduleExpression: v.optional(v.string()),
  EventPattern: v.optional(v.unknown()),
  Targets: v.optional(v.array(Target), []),
});

interface Targets {
  readonly functions: readonly FunctionSpec[];
  readonly queues: readonly QueueSpec[];
}

/** Reads the enabled rules. Throws a `RefluxoError` for a pattern, schedule or target that is not played here. */
export function readRules(
  template: Template,
  resolver: TemplateResolver,
  logicalIds: readonly string[],
  known: Targets,
): readonly RuleSpec[] {
  return logicalIds.flatMap((logicalId) => {
    const rule = readProperties(logicalId, RuleProperties, template.Resources[logicalId]?.Properties ?? {}, resolver);
    if (rule.State === "DISABLED") return [];
    const resource = resolver.named(logicalId);
    const base = {
      name: physicalName(resource),
      arn: arnOf(resource) ?? "",
      targets: rule.Targets.map((target) => readTarget(logicalId, target, known)),
    };
    // A rule may have both; each fires on its own.
    const triggers: RuleSpec["trigger"][] = [];
    if (rule.ScheduleExpression !== undefined) {
      triggers.push({ type: "schedule", schedule: parseSchedule(rule.ScheduleExpression) });
    }
    if (rule.EventPattern !== undefined) {
      triggers.push({ type: "pattern", pattern: compileEventPattern(rule.EventPattern, `${logicalId}.EventPattern`) });
    }
    return triggers.map((trigger): RuleSpec => ({ ...base, trigger }));
  });
}

function readTarget(ruleId: string, target: Target, known: Targets): RuleTarget {
  const input = target.Input === undefined ? {} : { input: target.Input };
  const queue = known.queues.find(({ arn }) => arn === target.Arn);
  if (queue !== undefined) return { type: "queue", queueName: queue.name, ...input };
  const lambda = known.functions.find(({ arn }) => arn === target.Arn);
  if (lambda !== undefined) return { type: "function", functionId: lambda.logicalId, ...input };
  throw new RefluxoError(
    "local.template-unsupported",
    `${ruleId}: the target ${target.Id} (${target.Arn}) is neither a queue nor a function of this template`,
  );
}
