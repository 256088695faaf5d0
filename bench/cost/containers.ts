import type { Contender, OpenContender } from "../contender.ts";
import { openDispatcher } from "../dispatcher.ts";

/**
 * This dispatcher in several containers, which take their turns: none knows what the others have read. With `Infinity`
 * each invocation has a new one, so that no container knows any workflow.
 */
export function inContainers(contender: Contender, stepsPerInvocation: number, containers: number): Contender {
  return {
    ...contender,
    open: async (parts) => {
      const tableName = await parts.stage.createTable(parts.stage.workflowTable);
      const deadLetterQueueUrl = await parts.stage.createQueue();
      const stage = {
        ...parts.stage,
        createTable: async () => tableName,
        createQueue: async () => deadLetterQueueUrl,
      };
      const opened: OpenContender[] = [];
      const open = async () => {
        const container = await openDispatcher({ ...parts, stage }, stepsPerInvocation);
        opened.push(container);
        return container;
      };
      const first = await open();
      let invocations = 0;
      return {
        ...first,
        handler: async (event, context) => {
          invocations += 1;
          const container = opened[invocations % containers] ?? (await open());
          return container.handler(event, context);
        },
        close: async () => {
          for (const container of opened) await container.close();
        },
      };
    },
  };
}
