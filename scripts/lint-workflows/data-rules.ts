import { certainIssues } from "../../src/engine/index.ts";
import { namedChildren } from "../../src/nodes/index.ts";
import { findTexts } from "./find-expressions.ts";
import { type DefinitionPath, listNames } from "./finding.ts";
import { looksSecret } from "./looks-secret.ts";
import { type Rule, typeOf } from "./rule.ts";

/** `invalid-data`: a node's data does not fit the input schema of its type; expressions are not judged. */
export const invalidData: Rule = async ({ definition, nodeTypes }) => {
  const found = definition.nodes.map(async (node, index) => {
    const schema = typeOf(nodeTypes, node.type)?.metadata?.input;
    if (schema === undefined) return [];
    const { issues = [] } = await schema["~standard"].validate(node.data);
    return certainIssues(issues, node.data).map(({ message, path = [] }) => {
      const keys = path.map((segment) => (typeof segment === "object" ? segment.key : segment));
      return {
        rule: "invalid-data",
        severity: "error" as const,
        path: ["nodes", index, "data", ...keys.map((key) => (typeof key === "number" ? key : String(key)))],
        message: `node '${node.id}' of type '${node.type}': ${["data", ...keys].join(".")}: ${message}`,
        fix: "write what the type asks for; the schema stands in its file",
      };
    });
  });
  return (await Promise.all(found)).flat();
};

/** `unknown-definition`: a node starts a child by the id of a definition that does not exist; an expression is not judged. */
export const unknownDefinition: Rule = ({ definition, definitionIds }) => {
  if (definitionIds === undefined) return [];
  const known = [...new Set([definition.id, ...definitionIds])];
  return definition.nodes.flatMap((node, index) =>
    namedChildren(node)
      .filter(({ definitionId }) => !known.includes(definitionId))
      .map(({ definitionId, path }) => ({
        rule: "unknown-definition",
        severity: "error" as const,
        path: ["nodes", index, "data", ...path],
        message: `node '${node.id}' starts '${definitionId}', and there is no such workflow definition`,
        fix: `use ${listNames(known)}, or add a line to src/workflows/definitions.ts`,
      })),
  );
};

/** `secret-looking-literal`: a definition names secrets and never holds one. */
export const secretLookingLiteral: Rule = ({ definition }) =>
  definition.nodes.flatMap(({ id, data, metadata }, index) =>
    [...findTexts(data, ["nodes", index, "data"]), ...findTexts(metadata, ["nodes", index, "metadata"])].flatMap(
      ({ path, text }) => {
        const kind = looksSecret(text, keyOf(path));
        return kind === undefined
          ? []
          : [
              {
                rule: "secret-looking-literal",
                severity: "error" as const,
                path,
                message: `node '${id}': ${path.slice(2).join(".")} looks like ${kind}`,
                fix: "store the secret and name it: ssm:<parameter> or secretsmanager:<name>#<field>",
              },
            ];
      },
    ),
  );

/** The name that a text stands under: of a list, the list's. */
function keyOf(path: DefinitionPath): string {
  return String(path.findLast((key) => typeof key === "string") ?? "");
}

/** `from-node-cannot-have-run`: a field such as `orderFrom` names a node that is on no path before its own. */
export const fromNodeCannotHaveRun: Rule = ({ definition, graph }) => {
  const ids = definition.nodes.map(({ id }) => id);
  return definition.nodes.flatMap((node, index) =>
    findTexts(node.data, ["nodes", index, "data"])
      .filter(({ path, text }) => /From$/.test(keyOf(path)) && ids.includes(text))
      .filter(({ text }) => !graph.canHaveRunBefore(text, node.id))
      .map(({ path, text }) => ({
        rule: "from-node-cannot-have-run",
        severity: "error" as const,
        path,
        message: `node '${node.id}' reads the result of '${text}', which cannot have run before it`,
        fix: fixFor(ids.filter((id) => graph.canHaveRunBefore(id, node.id))),
      })),
  );
};

/** What to do about a node that cannot have run. */
export function fixFor(earlier: readonly string[]): string {
  return earlier.length === 0
    ? "nothing runs before this node: read the workflow's input instead"
    : `name a node that runs before: ${listNames(earlier)}`;
}
