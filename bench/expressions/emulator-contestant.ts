import { type Node, type NodeDefinition, TerminalError } from "../../src/engine/index.ts";
import type { Contender, ContenderParts } from "../contender.ts";
import { dispatcher, openApplication } from "../dispatcher.ts";
import { runLoad } from "../run-load.ts";
import type { Stage } from "../stage.ts";
import { createNodeTypes, loopWorkflow } from "../workload.ts";
import type { Contestant } from "./measure-steps.ts";
import { globals, input, type StepData } from "./step-data.ts";

/**
 * Whole steps of the deployed handler over the emulators, through the AWS SDK: the loop of `npm run bench`, with this data
 * in its node. The result is as large whatever the data, so steps differ by their expressions alone.
 */
export function emulatorContestant(stage: Stage, stepData: StepData, steps: number): Contestant {
  const contender = contenderOf(stepData);
  return {
    name: stepData.name,
    run: async () => {
      const { cpuMs, durationMs } = await runLoad(stage, contender, { workflows: 1, steps });
      return { steps, cpuMs, durationMs };
    },
  };
}

function contenderOf({ data }: StepData): Contender {
  const workflow = { ...loopWorkflow, nodes: loopWorkflow.nodes.map((node): Node => ({ ...node, data })) };
  return {
    ...dispatcher,
    open: async (parts) => {
      const types = Object.entries(createNodeTypes(parts.onLastStep));
      const nodeDefinitions = Object.fromEntries(
        types.map(([type, definition]) => [type, checking(definition, parts)]),
      );
      const opened = await openApplication(parts, { workflow, nodeDefinitions, globals });
      return {
        ...opened,
        startMessage: (workflowId, given) => opened.startMessage(workflowId, { ...input, ...Object(given) }),
      };
    },
  };
}

/** The node type, which ends its workflow as failed for data whose expressions nobody evaluated. */
function checking({ executor, ...definition }: NodeDefinition, { onLastStep }: ContenderParts): NodeDefinition {
  return {
    ...definition,
    executor: (data, context, payload, nodeGlobals, step) => {
      if (!JSON.stringify(data).includes("{%")) return executor(data, context, payload, nodeGlobals, step);
      onLastStep(step?.workflowId ?? "");
      throw new TerminalError("An expression was not evaluated");
    },
  };
}
