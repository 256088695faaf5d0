import * as v from "valibot";
import { parseWorkflowDefinition, WorkflowDefinition } from "../../src/contracts/workflow-definition.ts";
import { assertValidDefinition, type NodesDefinition } from "../../src/engine/index.ts";
import { fromNodeCannotHaveRun, invalidData, secretLookingLiteral, unknownDefinition } from "./data-rules.ts";
import type { DefinitionFile } from "./definition-files.ts";
import {
  expressionNameUnknown,
  expressionNodeCannotHaveRun,
  expressionNodeUnknown,
  expressionSyntax,
} from "./expression-rules.ts";
import type { Finding, Problem } from "./finding.ts";
import {
  danglingHandle,
  unboundedLoop,
  unknownHandle,
  unknownNode,
  unknownType,
  unreachableNode,
} from "./graph-rules.ts";
import { createPositions } from "./positions.ts";
import { createSubject, type Rule } from "./rule.ts";
import { outputInputMismatch } from "./schema-rules.ts";

/** Every rule for a definition whose shape is sound. */
const rules: readonly Rule[] = [
  unknownType,
  unknownNode,
  unknownHandle,
  unreachableNode,
  danglingHandle,
  unboundedLoop,
  invalidData,
  unknownDefinition,
  secretLookingLiteral,
  fromNodeCannotHaveRun,
  expressionSyntax,
  expressionNameUnknown,
  expressionNodeUnknown,
  expressionNodeCannotHaveRun,
  outputInputMismatch,
];

/**
 * Everything that is wrong with the definition in a file, in the order of the file. Without `definitionIds`, the ids of
 * every definition, the children that it names are not judged.
 */
export async function lintDefinition(
  file: DefinitionFile,
  nodeTypes: NodesDefinition,
  definitionIds?: readonly string[],
): Promise<readonly Finding[]> {
  if (file.value === undefined) return [notRead(file)];
  const positionOf = createPositions(file, file.value);
  const problems = await listProblems(file, nodeTypes, definitionIds);
  return problems
    .map((problem) => ({ ...problem, file: file.path, ...positionOf(problem.path, problem.offset) }))
    .sort((a, b) => a.line - b.line || a.column - b.column);
}

async function listProblems(
  file: DefinitionFile,
  nodeTypes: NodesDefinition,
  definitionIds: readonly string[] | undefined,
): Promise<readonly Problem[]> {
  const shape = v.safeParse(WorkflowDefinition, file.value);
  if (!shape.success) return shape.issues.map(describeIssue);
  const definition = parseWorkflowDefinition(file.value, file.path);
  const subject = createSubject(definition, nodeTypes, definitionIds);
  const problems = (await Promise.all(rules.map((rule) => rule(subject)))).flat();
  if (problems.some(({ severity }) => severity === "error")) return problems;
  try {
    assertValidDefinition(definition, nodeTypes);
  } catch (error) {
    return [...problems, invalid([], error instanceof Error ? error.message : String(error))];
  }
  return problems;
}

function describeIssue(issue: v.BaseIssue<unknown>): Problem {
  const keys = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
  return invalid(keys, `${keys.join(".")}: ${issue.expected === "never" ? "is not a known field" : issue.message}`);
}

/** `invalid-definition`: the contract refuses it, or the engine does for a reason that no other rule has. */
function invalid(path: Problem["path"], message: string): Problem {
  const fix = "see docs/add-a-workflow.md for what a definition has";
  return { rule: "invalid-definition", severity: "error", path, message, fix };
}

function notRead({ path, text }: DefinitionFile): Finding {
  const { message, line, column } = whyNotJson(text);
  return { ...invalid([], message), file: path, line, column };
}

/** V8 says where in the text the mistake is, in words. */
function whyNotJson(text: string): { readonly message: string; readonly line: number; readonly column: number } {
  try {
    JSON.parse(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, line = 1, column = 1] = /\(line (\d+) column (\d+)\)/.exec(message) ?? [];
    return { message: `it is not JSON: ${message}`, line: Number(line), column: Number(column) };
  }
  return { message: "no definition was found in it", line: 1, column: 1 };
}
