import * as v from "valibot";
import { defineNode } from "../../nodes/index.ts";
import { Order, RefusedOrder, ValidOrder } from "./order.ts";

/** Enough to mend an order, few enough to stay small. */
const mostReasons = 20;

/** Checks the workflow's input. A good order leaves by the default exit with its total, a bad one by `invalid` with the reasons. */
export const validateOrder = defineNode({
  metadata: {
    description: "Checks the workflow's input as an order; a bad one leaves by `invalid`.",
    output: v.union([ValidOrder, RefusedOrder]),
  },
  handles: ["invalid"],
  async executor(_data, _context, externalPayload) {
    const order = v.safeParse(Order, externalPayload);
    if (!order.success) {
      const reasons = order.issues.slice(0, mostReasons).map(({ message, ...issue }) => {
        return `${v.getDotPath({ message, ...issue }) ?? "order"}: ${message}`;
      });
      return { data: { reasons }, nextHandle: "invalid" };
    }
    const total = order.output.items.reduce((sum, item) => sum + item.quantity * item.unitPrice, 0);
    return { data: { ...order.output, total } };
  },
});
