import { standardDollars } from "./bill.ts";
import type { CostRow, Situation } from "./measure-cost.ts";

/** What issue 6 (point 7) asks, for results up to 500 bytes: dollars per million steps as a share of Standard's. */
interface CostGoal {
  readonly name: CostRow["name"];
  readonly shareOfStandard: number;
  readonly isFor: (row: CostRow) => boolean;
  /** Where it is known to be missed: then it does not fail the run. */
  readonly missedBy?: readonly Situation["name"][];
}

const isLarge = ({ kilobytes }: CostRow) => kilobytes >= 100;
const isSmaller = (row: CostRow) => !isLarge(row);

const goals: readonly CostGoal[] = [
  { name: "A", shareOfStandard: 1 / 10, isFor: isSmaller, missedBy: ["alone"] },
  { name: "A10", shareOfStandard: 1 / 20, isFor: isSmaller },
  { name: "A", shareOfStandard: 1 / 5, isFor: isLarge },
  { name: "A10", shareOfStandard: 1 / 5, isFor: isLarge },
];

/** A row, held against its goal. */
export interface GoalResult {
  readonly row: CostRow;
  readonly limitDollars: number;
  readonly isKept: boolean;
  /** Kept, or known to be missed. */
  readonly isExpected: boolean;
}

/** Holds what was measured of single steps against the goals. */
export function checkGoals(rows: readonly CostRow[]): readonly GoalResult[] {
  return goals.flatMap(({ name, shareOfStandard, isFor, missedBy = [] }) =>
    rows
      .filter((row) => row.name === name && isFor(row))
      .map((row) => {
        const limitDollars = standardDollars * shareOfStandard;
        const isKept = row.bill.total <= limitDollars;
        const isKnown = missedBy.some((situation) => situation === row.situation);
        return { row, limitDollars, isKept, isExpected: isKept || isKnown };
      }),
  );
}
