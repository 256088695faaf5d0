import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { writeHistoryCursor, writeListCursor } from "../../contracts/cursor.ts";
import type {
  DefinitionAnswer,
  DefinitionsAnswer,
  HistoryAnswer,
  ListAnswer,
  StartAnswer,
  VersionAnswer,
} from "../../contracts/http-answers.ts";
import type { WorkflowAnswer } from "../../contracts/http-workflow-answer.ts";
import type { Outcome } from "../../dispatcher/index.ts";
import { refusalProblem } from "./problem.ts";

/** The answer to what became of a command; throws a `TypeError` for what no route asks for. */
export function answerOutcome(outcome: Outcome, instance: string): APIGatewayProxyStructuredResultV2 {
  switch (outcome.type) {
    case "started": {
      const { workflowId } = outcome;
      return json<StartAnswer>(202, { workflowId }, { location: `/workflows/${workflowId}` });
    }
    case "resumed":
    case "retried":
      return json<VersionAnswer>(202, versionOf(outcome));
    case "cancelled":
      return json<VersionAnswer>(200, versionOf(outcome));
    case "erased":
      return { statusCode: 204, headers: { "cache-control": "no-store" } };
    case "snapshot":
      return json<WorkflowAnswer>(200, outcome.workflow);
    case "list":
      return json<ListAnswer>(200, pageOf(outcome.page, writeListCursor));
    case "history":
      return json<HistoryAnswer>(200, pageOf(outcome.page, writeHistoryCursor));
    case "definitions":
      return json<DefinitionsAnswer>(200, { definitions: outcome.definitions });
    case "definition":
      return json<DefinitionAnswer>(200, outcome.definition);
    case "refused":
      return refusalProblem(outcome.code, outcome.reason, instance, outcome.problems);
    case "settled":
      // A cancel that came too late: nothing is wrong for a queue, but a caller wants to know.
      return refusalProblem("conflict", "The workflow has ended before", instance);
    default:
      throw new TypeError(`The API has no answer for ${outcome.type}`);
  }
}

/** A JSON answer that nobody keeps. */
export function json<TBody>(
  statusCode: number,
  body: TBody,
  headers: Readonly<Record<string, string>> = {},
): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(body),
  };
}

function versionOf({ workflowId, version }: VersionAnswer): VersionAnswer {
  return { workflowId, version };
}

/** A page with an opaque cursor in place of where the next one begins. */
function pageOf<TPage extends object, TPlace>(
  { next, ...page }: TPage & { readonly next?: TPlace },
  write: (place: TPlace) => string,
) {
  return { ...page, ...(next !== undefined && { nextCursor: write(next) }) };
}
