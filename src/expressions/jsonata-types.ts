import jsonata from "jsonata";
import { BoundedPattern } from "./bounded-pattern.ts";
import type { ExpressionLimits } from "./expression-limits.ts";

/** What the evaluator keeps of one evaluation or of a block in it; frames of one evaluation share their `base`. */
export interface Frame {
  readonly base: object;
  /** Of the frame of a whole evaluation: how many evaluations it is in at the moment. */
  readonly depth: number;
  lookup(name: string): unknown;
  bind(name: symbol, value: unknown): void;
}

/** What a built-in function is called on. */
export interface Focus {
  readonly environment: Frame;
  readonly input: unknown;
  createSequence(): unknown[];
}

/** A built-in function as JSONata's evaluator keeps it. */
export interface NativeFunction {
  readonly implementation: (this: Focus, ...args: readonly unknown[]) => unknown;
  readonly signature: unknown;
}

/** A node of a syntax tree; which members it has depends on its type. */
export type SyntaxNode = Record<string, unknown>;

/** An expression that JSONata has parsed. Its own types know neither symbols as names nor what stands in a tree. */
export interface ParsedExpression {
  assign(name: string | symbol, value: unknown): void;
  ast(): unknown;
  evaluate(input: unknown, bindings?: Record<string, unknown>): Promise<unknown>;
}

interface JsonataModule {
  parse(source: string, options: object): ParsedExpression;
}

const module: JsonataModule = { parse: jsonata };

/** Parses an expression, which JSONata itself then evaluates within the limits that it knows. Throws what it throws. */
export function parseJsonata(source: string, limits: ExpressionLimits): ParsedExpression {
  return module.parse(source, {
    sequence: limits.sequenceLength,
    RegexEngine: BoundedPattern,
    // Not its timeout and stack: the guard has a clock of ours, and a signal.
  });
}

/** Whether a value is a function to JSONata: one of ours, one that an expression defines, or what `$match` is given. */
export function isJsonataFunction(value: unknown): boolean {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  return Reflect.get(value, "_jsonata_function") === true || Reflect.get(value, "_jsonata_lambda") === true;
}
