import { defaultMaxSteps } from "../../src/engine/index.ts";
import { listNames, type Problem } from "./finding.ts";
import { declaredHandles, type LintSubject, type Rule, typeOf } from "./rule.ts";

/** `unknown-type`: a node's type is not in any registry. */
export const unknownType: Rule = ({ definition, nodeTypes }) =>
  definition.nodes.flatMap(({ id, type }, index) =>
    typeOf(nodeTypes, type) !== undefined
      ? []
      : [
          {
            rule: "unknown-type",
            severity: "error",
            path: ["nodes", index, "type"],
            message: `node '${id}' has the type '${type}', which does not exist`,
            fix: `use ${listNames(Object.keys(nodeTypes))}, or add a line to src/workflows/node-types.ts`,
          },
        ],
  );

/** `unknown-node`: an edge, a compensation or the start names a node that does not exist. */
export const unknownNode: Rule = ({ definition }) => {
  const ids = definition.nodes.map(({ id }) => id);
  const problem = (path: Problem["path"], id: string | undefined): readonly Problem[] =>
    id === undefined || ids.includes(id)
      ? []
      : [
          {
            rule: "unknown-node",
            severity: "error",
            path,
            message: `there is no node '${id}'`,
            fix: `use ${listNames(ids)}`,
          },
        ];
  return [
    ...problem(["startNodeId"], definition.startNodeId),
    ...definition.nodes.flatMap(({ compensate }, index) => problem(["nodes", index, "compensate"], compensate)),
    ...definition.edges.flatMap(({ source, target }, index) => [
      ...problem(["edges", index, "source"], source),
      ...problem(["edges", index, "target"], target),
    ]),
  ];
};

/** `unknown-handle`: an edge leaves by a handle that its source does not have. */
export const unknownHandle: Rule = ({ definition, nodeTypes }) =>
  definition.edges.flatMap(({ id, source, sourceHandle }, index) => {
    const node = definition.nodes.find((candidate) => candidate.id === source);
    const declared = node && declaredHandles(nodeTypes, node);
    if (node === undefined || declared === undefined || sourceHandle === undefined) return [];
    const handles = [...declared, "error", ...(node.pauseTimeoutMs === undefined ? [] : ["timeout"])];
    if (handles.includes(sourceHandle)) return [];
    return [
      {
        rule: "unknown-handle",
        severity: "error",
        path: ["edges", index, "sourceHandle"],
        message: `edge '${id}' leaves '${source}' by '${sourceHandle}', and its type '${node.type}' has no such handle`,
        fix: `use ${listNames(handles)}, or none for the default exit`,
      },
    ];
  });

/** `unreachable-node`: no workflow ever comes to a node. */
export const unreachableNode: Rule = ({ definition, graph }) =>
  definition.nodes.flatMap(({ id }, index) =>
    graph.isReachable(id)
      ? []
      : [
          {
            rule: "unreachable-node",
            severity: "error",
            path: ["nodes", index, "id"],
            message: `no path leads from the start to node '${id}', and no reachable node is compensated by it`,
            fix: "add the edge that leads to it, or remove the node",
          },
        ],
  );

/** `dangling-handle`: a declared handle has no edge, so that the branch ends there; it may be meant. */
export const danglingHandle: Rule = ({ definition, nodeTypes }) =>
  definition.nodes.flatMap((node, index) =>
    (declaredHandles(nodeTypes, node) ?? [])
      .filter((handle) => !definition.edges.some((edge) => edge.source === node.id && edge.sourceHandle === handle))
      .map((handle) => ({
        rule: "dangling-handle",
        severity: "warning",
        path: ["nodes", index, "id"],
        message: `node '${node.id}' may leave by '${handle}', and no edge does: the workflow completes there`,
        fix: `add an edge with "sourceHandle": "${handle}", unless that is the end`,
      })),
  );

/**
 * `unbounded-loop`: a loop that can never be left is an error. One that can be, but has neither a pause in it (which the
 * longest duration bounds) nor a definition that says its `maxSteps`, is a warning: the default is rarely what is meant.
 */
export const unboundedLoop: Rule = (subject) =>
  subject.graph.loops.flatMap((loop): readonly Problem[] => {
    const path = ["nodes", subject.definition.nodes.findIndex(({ id }) => id === loop[0]), "id"];
    const names = loop.map((id) => `'${id}'`).join(", ");
    if (loop.every((id) => !canLeave(subject, loop, id))) {
      return [
        {
          rule: "unbounded-loop",
          severity: "error",
          path,
          message: `the loop of ${names} has no way out but a failure`,
          fix: "add an edge that leaves the loop by a handle of one of its nodes",
        },
      ];
    }
    if (subject.definition.maxSteps !== undefined || loop.some((id) => canPause(subject, id))) return [];
    return [
      {
        rule: "unbounded-loop",
        severity: "warning",
        path,
        message: `the loop of ${names} is bounded by nothing but the default of ${defaultMaxSteps} steps`,
        fix: 'say how many steps a workflow may take: "maxSteps" beside "nodes"',
      },
    ];
  });

/** By an edge to outside, or by an exit without an edge. A failure is no way out. */
function canLeave({ definition, nodeTypes }: LintSubject, loop: readonly string[], id: string): boolean {
  const edges = definition.edges.filter(({ source, sourceHandle }) => source === id && sourceHandle !== "error");
  const node = definition.nodes.find((candidate) => candidate.id === id);
  const handles = node && declaredHandles(nodeTypes, node);
  const exits: readonly (string | undefined)[] = handles === undefined || handles.length === 0 ? [undefined] : handles;
  return (
    edges.some(({ target }) => !loop.includes(target)) ||
    exits.some((exit) => !edges.some(({ sourceHandle }) => sourceHandle === exit))
  );
}

function canPause({ definition, nodeTypes }: LintSubject, id: string): boolean {
  const node = definition.nodes.find((candidate) => candidate.id === id);
  if (node === undefined) return false;
  const isAnswered = typeOf(nodeTypes, node.type)?.metadata?.externalPayload !== undefined;
  return node.type === "wait" || isAnswered || node.pauseTimeoutMs !== undefined;
}
