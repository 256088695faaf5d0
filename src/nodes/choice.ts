import * as v from "valibot";
import { RefluxoError } from "../engine/index.ts";
import { defineNode } from "./define-node.ts";

const HandleName = v.pipe(v.string(), v.minLength(1, "must not be empty"), v.maxLength(100));

/** Rules in the order in which they are tried; `when` is checked rule by rule, so that an error can name the rule. */
export const ChoiceData = v.strictObject({
  rules: v.pipe(
    v.array(
      v.strictObject({
        when: v.optional(v.pipe(v.unknown(), v.description("True or false; absent is false."))),
        handle: v.pipe(HandleName, v.description("The exit to leave by when it is true.")),
      }),
    ),
    v.minLength(1, "must have a rule"),
    v.maxLength(100, "must have at most 100 rules"),
    v.description("1 to 100 rules, tried in order."),
  ),
  default: v.exactOptional(v.pipe(HandleName, v.description("The exit when no rule applies."))),
});
export type ChoiceData = v.InferOutput<typeof ChoiceData>;

/** The handle that the node left by, and the rule that chose it, counted from 0; null for the default. */
export const Choice = v.strictObject({ handle: v.string(), rule: v.nullable(v.number()) });
export type Choice = v.InferOutput<typeof Choice>;

/**
 * Leaves by the handle of the first rule whose `when` is true, else by `default`. A `when` that is absent is false: an
 * expression that finds nothing leaves its property out. Throws terminal errors: `choice.when-not-boolean` for any other
 * value, in a rule that is not reached too, and `choice.no-match`.
 */
export const choice = defineNode({
  metadata: {
    description: "Leaves by the handle of the first rule whose `when` is true, else by `default`.",
    input: ChoiceData,
    output: Choice,
  },
  handles: listHandles,
  async executor(data) {
    const isMet = data.rules.map(({ when = false, handle }, index) => {
      if (typeof when === "boolean") return when;
      const kind = when === null ? "null" : Array.isArray(when) ? "a list" : `a ${typeof when}`;
      throw new RefluxoError(
        "choice.when-not-boolean",
        `rules[${index}] (handle "${handle}"): when is ${kind}, not true or false`,
      );
    });
    const index = isMet.indexOf(true);
    const handle = data.rules[index]?.handle ?? data.default;
    if (handle !== undefined) return { data: { handle, rule: index === -1 ? null : index }, nextHandle: handle };
    throw new RefluxoError(
      "choice.no-match",
      `None of the ${data.rules.length} rules applies, and there is no default`,
    );
  },
});

const Named = v.object({ handle: v.string() });

/** The handles that a node's data names; the data stands as in the definition, so it may be anything. */
function listHandles(data: unknown): readonly string[] {
  const { output, success } = v.safeParse(v.object({ rules: v.array(v.unknown()) }), data);
  const rules = success ? output.rules : [];
  const named = rules.flatMap((rule) => (v.is(Named, rule) ? [rule.handle] : []));
  return v.is(v.object({ default: v.string() }), data) ? [...named, data.default] : named;
}
