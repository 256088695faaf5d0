import { changesOf, type Mutant } from "./mutate.ts";

const dispatchMessage = "src/dispatcher/dispatch-message.ts";

/** One mutant per rule of reads that may be old (decision 18). */
export const glanceMutants: readonly Mutant[] = [
  {
    name: "decides by a read that may be old",
    changes: changesOf(dispatchMessage, [
      [
        'if (hint !== undefined && early?.type === "run" && early.claims === 0) {',
        `if (hint !== undefined && early !== undefined && early.type !== "run") {
           return (await act(work, hint, early)) ?? { type: "settled", why: "" };
         }
         if (hint !== undefined && early?.type === "run" && early.claims === 0) {`,
      ],
    ]),
    hasSweeper: false,
  },
  {
    name: "remembers a read that may be old and has a gap",
    changes: changesOf("src/dispatcher/load-workflow.ts", [
      [" || hasGap(stored.versions, 0)) return undefined;", ") return undefined;"],
    ]),
    hasSweeper: false,
  },
];
