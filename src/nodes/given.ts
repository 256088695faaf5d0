import { RefluxoError } from "../engine/index.ts";

/** Returns an executor argument that every platform hands in; throws a terminal `node.not-given` when it is missing. */
export function given<T>(argument: T | undefined, name: "globals" | "step"): T {
  if (argument === undefined) throw new RefluxoError("node.not-given", `This node needs \`${name}\`, and got none.`);
  return argument;
}
