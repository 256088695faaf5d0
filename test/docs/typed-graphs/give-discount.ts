import * as v from "valibot";
import { defineNode, readOutput } from "../../../src/nodes/index.ts";

/** `orderFrom`: the node whose output is the order; `percent`: how much is given. */
const GiveDiscountData = v.strictObject({
  orderFrom: v.string(),
  percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100), v.description("0 to 100")),
});

const Order = v.object({ total: v.number() });
const Discount = v.object({ total: v.number(), saved: v.number() });

/** Gives a discount; leaves by `free` when nothing is left to pay, else by `reduced`. */
export const giveDiscount = defineNode({
  metadata: {
    description: "Gives a discount; leaves by `free` or `reduced`.",
    input: GiveDiscountData,
    output: Discount,
  },
  handles: ["free", "reduced"],
  async executor(data, context) {
    const order = readOutput(Order, context, data.orderFrom);
    const saved = Math.round((order.total * data.percent) / 100);
    const total = order.total - saved;
    return { data: { total, saved }, nextHandle: total === 0 ? "free" : "reduced" };
  },
});
