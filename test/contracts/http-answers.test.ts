import { describe, expectTypeOf, test } from "vitest";
import type {
  DefinitionAnswer,
  DefinitionsAnswer,
  HistoryAnswer,
  ListAnswer,
  VersionAnswer,
} from "../../src/contracts/http-answers.ts";
import type { Problem, ProblemCode } from "../../src/contracts/http-problems.ts";
import type { WorkflowAnswer } from "../../src/contracts/http-workflow-answer.ts";
import type { Outcome, RefusalCode } from "../../src/dispatcher/index.ts";

type OutcomeOf<TType extends Outcome["type"]> = Extract<Outcome, { readonly type: TType }>;
type View = OutcomeOf<"snapshot">["workflow"];
type WorkflowPage = OutcomeOf<"list">["page"];
type HistoryPage = OutcomeOf<"history">["page"];
type Definition = OutcomeOf<"definition">["definition"];

/** The names of an object's fields, and of the items of the lists in it. */
type Item<TList> = TList extends readonly (infer TItem)[] ? keyof TItem : never;
type WithCursor<TPage> = Exclude<keyof TPage, "next"> | "nextCursor";

// The other direction, that every outcome is such an answer, is the compiler's check of http-answer.ts.
describe("the answers have every field of what the dispatcher says, and no other", () => {
  test("a workflow", () => {
    expectTypeOf<keyof WorkflowAnswer>().toEqualTypeOf<keyof View>();
    expectTypeOf<keyof NonNullable<WorkflowAnswer["pause"]>>().toEqualTypeOf<keyof NonNullable<View["pause"]>>();
    expectTypeOf<keyof NonNullable<WorkflowAnswer["retryState"]>>().toEqualTypeOf<
      keyof NonNullable<View["retryState"]>
    >();
    type Answered = NonNullable<WorkflowAnswer["compensation"]>;
    expectTypeOf<keyof Answered>().toEqualTypeOf<keyof NonNullable<View["compensation"]>>();
    expectTypeOf<Item<Answered["failed"]>>().toEqualTypeOf<Item<NonNullable<View["compensation"]>["failed"]>>();
    expectTypeOf<Item<NonNullable<WorkflowAnswer["undo"]>>>().toEqualTypeOf<Item<NonNullable<View["undo"]>>>();
    expectTypeOf<keyof NonNullable<WorkflowAnswer["caughtError"]>>().toEqualTypeOf<
      keyof NonNullable<View["caughtError"]>
    >();
    expectTypeOf<WorkflowAnswer["status"]>().toEqualTypeOf<View["status"]>();
  });

  test("a list, and a workflow in it", () => {
    expectTypeOf<keyof ListAnswer>().toEqualTypeOf<WithCursor<WorkflowPage>>();
    expectTypeOf<Item<ListAnswer["workflows"]>>().toEqualTypeOf<Item<WorkflowPage["workflows"]>>();
  });

  test("a history, and a transition in it", () => {
    expectTypeOf<keyof HistoryAnswer>().toEqualTypeOf<WithCursor<HistoryPage>>();
    expectTypeOf<Item<HistoryAnswer["entries"]>>().toEqualTypeOf<Item<HistoryPage["entries"]>>();
    expectTypeOf<HistoryAnswer["entries"][number]["type"]>().toEqualTypeOf<HistoryPage["entries"][number]["type"]>();
  });

  test("definitions, and one of them", () => {
    expectTypeOf<Item<DefinitionsAnswer["definitions"]>>().toEqualTypeOf<
      Item<OutcomeOf<"definitions">["definitions"]>
    >();
    expectTypeOf<keyof DefinitionAnswer>().toEqualTypeOf<keyof Definition>();
    expectTypeOf<keyof DefinitionAnswer["definition"]>().toEqualTypeOf<keyof Definition["definition"]>();
    expectTypeOf<Item<DefinitionAnswer["definition"]["nodes"]>>().toEqualTypeOf<
      Item<Definition["definition"]["nodes"]>
    >();
    expectTypeOf<Item<DefinitionAnswer["definition"]["edges"]>>().toEqualTypeOf<
      Item<Definition["definition"]["edges"]>
    >();
  });

  test("what a resume, a retry and a cancel led to", () => {
    for (const _type of ["resumed", "retried", "cancelled"] as const) {
      expectTypeOf<keyof VersionAnswer | "type">().toEqualTypeOf<keyof OutcomeOf<typeof _type>>();
    }
  });

  test("every refusal is a problem", () => {
    expectTypeOf<RefusalCode>().toExtend<ProblemCode>();
    expectTypeOf<Problem["type"]>().toEqualTypeOf<`urn:refluxo:problem:${ProblemCode}`>();
  });
});
