import { RefluxoError } from "../../../engine/index.ts";

/** Whether an event is one that a rule asks for. */
export type EventPattern = (event: unknown) => boolean;

type Test = (value: unknown) => boolean;

/** Operators by name; each takes its operand and makes a test. */
const operators: Readonly<Record<string, (operand: string) => Test>> = {
  prefix: (operand) => (value) => typeof value === "string" && value.startsWith(operand),
  suffix: (operand) => (value) => typeof value === "string" && value.endsWith(operand),
  wildcard: (operand) => {
    const expression = new RegExp(`^${operand.split("*").map(escapeForRegExp).join(".*")}$`, "s");
    return (value) => typeof value === "string" && expression.test(value);
  },
};

/**
 * Compiles an EventBridge event pattern: exact values, `prefix`, `suffix` and `wildcard`, at any depth. Fields are
 * joined by and, the entries of a list by or; an event's own list matches when one of its values does.
 * Throws a `RefluxoError` (`local.template-unsupported`) that names the path of anything else.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export function compileEventPattern(pattern: unknown, path = "$"): EventPattern {
  if (!isRecord(pattern)) throw unsupported(path, pattern);
  const fields = Object.entries(pattern).map(([name, rule]): [string, Test] => [
    name,
    Array.isArray(rule) ? anyOf(rule, `${path}.${name}`) : compileEventPattern(rule, `${path}.${name}`),
  ]);
  return (event) => isRecord(event) && fields.every(([name, test]) => test(event[name]));
}

function anyOf(rules: readonly unknown[], path: string): Test {
  const tests = rules.map((rule) => compileTest(rule, path));
  return (value) => (Array.isArray(value) ? value : [value]).some((item) => tests.some((test) => test(item)));
}

function compileTest(rule: unknown, path: string): Test {
  if (!isRecord(rule)) {
    if (!["string", "number", "boolean"].includes(typeof rule) && rule !== null) throw unsupported(path, rule);
    return (value) => value === rule;
  }
  const [entry, ...others] = Object.entries(rule);
  const operator = entry && Object.hasOwn(operators, entry[0]) ? operators[entry[0]] : undefined;
  if (operator === undefined || entry === undefined || typeof entry[1] !== "string" || others.length > 0) {
    throw unsupported(path, rule);
  }
  if (entry[1].includes("\\")) throw unsupported(path, rule);
  return operator(entry[1]);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function unsupported(path: string, rule: unknown): RefluxoError {
  return new RefluxoError(
    "local.template-unsupported",
    `Event pattern ${path}: the local runtime knows exact values, prefix, suffix and wildcard, not ${JSON.stringify(rule)}`,
  );
}
