import { fixFor } from "./data-rules.ts";
import type { FoundExpression } from "./find-expressions.ts";
import { listNames, type Problem } from "./finding.ts";
import type { ExpressionName } from "./names-in-expression.ts";
import type { Rule } from "./rule.ts";

const roots: readonly string[] = ["input", "nodes", "workflow", "globals", "error", "compensates"];
const views: readonly string[] = ["last", "all", "error"];

/** `expression-syntax`: an expression is not JSONata. */
export const expressionSyntax: Rule = ({ expressions }) =>
  expressions.flatMap(({ node, path, syntaxError }) =>
    syntaxError === undefined
      ? []
      : [
          {
            rule: "expression-syntax",
            severity: "error",
            path,
            offset: syntaxError.offset,
            message: `node '${node.id}': ${syntaxError.message}`,
            fix: "write JSONata between {% and %} (https://docs.jsonata.org)",
          },
        ],
  );

/** `expression-name-unknown`: an expression reads what there never is: another root, or another view of a node. */
export const expressionNameUnknown: Rule = ({ expressions }) =>
  eachName(
    expressions,
    ({ steps }) => {
      const [root = "", , view] = steps;
      if (!roots.includes(root))
        return problem(`there is no '${root}' at the root of an expression`, `use ${listNames(roots)}`);
      if (root !== "nodes" || view === undefined || views.includes(view)) return undefined;
      return problem(`a node has no '${view}' in expressions`, `use ${listNames(views)}`);
    },
    "expression-name-unknown",
  );

/** `expression-node-unknown`: an expression names a node that does not exist. */
export const expressionNodeUnknown: Rule = ({ definition, expressions }) => {
  const ids = definition.nodes.map(({ id }) => id);
  return eachName(
    expressions,
    ({ steps: [root, id] }) => {
      if (root !== "nodes" || id === undefined || ids.includes(id)) return undefined;
      const longer = ids.find((candidate) => candidate.startsWith(`${id}-`));
      return problem(
        `there is no node '${id}'`,
        longer === undefined ? `use ${listNames(ids)}` : `quote a name that has a dash in it: nodes.\`${longer}\``,
      );
    },
    "expression-node-unknown",
  );
};

/** `expression-node-cannot-have-run`: an expression names a node that is on no path before its own. */
export const expressionNodeCannotHaveRun: Rule = ({ definition, graph, expressions }) => {
  const ids = definition.nodes.map(({ id }) => id);
  return eachName(
    expressions,
    ({ steps: [root, id] }, { node }) => {
      if (root !== "nodes" || id === undefined || !ids.includes(id) || graph.canHaveRunBefore(id, node.id))
        return undefined;
      return problem(
        `node '${node.id}' reads the result of '${id}', which cannot have run before it`,
        fixFor(ids.filter((candidate) => graph.canHaveRunBefore(candidate, node.id))),
      );
    },
    "expression-node-cannot-have-run",
  );
};

type Complaint = Pick<Problem, "message" | "fix">;

function problem(message: string, fix: string): Complaint {
  return { message, fix };
}

/** The problems of a rule that looks at one name of an expression at a time. */
export function eachName(
  expressions: readonly FoundExpression[],
  judge: (name: ExpressionName, expression: FoundExpression) => Complaint | undefined,
  rule: string,
): readonly Problem[] {
  return expressions.flatMap((expression) =>
    expression.names.flatMap((name) => {
      const complaint = judge(name, expression);
      const place = { path: expression.path, offset: expression.offset + name.offset };
      return complaint === undefined ? [] : [{ rule, severity: "error", ...place, ...complaint }];
    }),
  );
}
