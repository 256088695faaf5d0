import type { Command } from "../contracts/command.ts";
import { ScheduledEvent } from "../contracts/eventbridge-event.ts";
import { InputError } from "../contracts/input-error.ts";
import { ParseError, parse } from "../contracts/parse-error.ts";
import type { ScheduleBinding, TriggerBindings } from "../contracts/trigger-bindings.ts";
import { isObject } from "./is-object.ts";
import type { QueueBody, Trigger } from "./trigger.ts";

function isScheduledEvent(value: unknown): boolean {
  return isObject(value) && value["source"] === "aws.events" && value["detail-type"] === "Scheduled Event";
}

/**
 * The start that a schedule asks for. Its id is made of the definition and the event's time, so that EventBridge's
 * rare second delivery makes no second workflow (I12). A schedule without a binding is a mistake of the deployment
 * and throws, where an object without one is everyday.
 */
function parseScheduledEvent(value: unknown, bindings: TriggerBindings): readonly Command[] {
  const { time, resources } = parse(ScheduledEvent, value);
  const rule = ruleName(resources[0]);
  const binding = findBinding(rule, bindings.schedules);
  if (binding === undefined) {
    throw new InputError("schedule.not-bound", "$.resources.0", `no definition is bound to the rule ${rule}`);
  }
  return [
    {
      type: "start",
      schemaVersion: 1,
      definitionId: binding.definitionId,
      workflowId: `schedule-${binding.definitionId}-${time.replace(/[^0-9TZ]/g, "")}`,
      input: { scheduledAt: time, rule },
    },
  ];
}

/** The last part of `arn:<partition>:events:<region>:<account>:rule/[<bus>/]<name>`. */
function ruleName(arn: string | undefined): string {
  const name = arn?.match(/^arn:[^:]+:events:[^:]*:[^:]*:rule\/(?:[^/]+\/)?([^/]+)$/)?.[1];
  if (name === undefined) throw new ParseError("$.resources.0", "is not the ARN of an EventBridge rule");
  return name;
}

/** The longest fit wins: `x-nightly-report` belongs to `nightly-report` even where `report` is bound too. */
function findBinding(name: string, schedules: readonly ScheduleBinding[]): ScheduleBinding | undefined {
  return schedules
    .filter(({ rule }) => name === rule || name.endsWith(`-${rule}`))
    .toSorted((a, b) => b.rule.length - a.rule.length)[0];
}

/** An EventBridge rule with a schedule that invokes the function directly. */
export const eventBridgeSchedule: Trigger = {
  name: "eventbridge-schedule",
  matches: isScheduledEvent,
  parse: (event, bindings) => ({
    type: "commands",
    source: "eventbridge-schedule",
    commands: parseScheduledEvent(event, bindings),
  }),
};

/** The same event sent through the queue. */
export const scheduleBody: QueueBody = {
  name: "eventbridge-schedule",
  matches: isScheduledEvent,
  parse: parseScheduledEvent,
};
