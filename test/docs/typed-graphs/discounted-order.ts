import { defineWorkflow } from "../../../src/engine/index.ts";
import { nodes } from "../../../src/nodes/index.ts";
import * as nodeTypes from "../../../src/workflows/node-types.ts";
import { giveDiscount } from "./give-discount.ts";

export const discountedOrder = defineWorkflow(
  { ...nodes, ...nodeTypes, "give-discount": giveDiscount },
  {
    id: "discounted-order",
    startNodeId: "validate",
    nodes: [
      { id: "validate", type: "validate-order" },
      { id: "discount", type: "give-discount", data: { orderFrom: "validate", percent: 10 } },
      {
        id: "approve",
        type: "approval",
        data: { title: "Saves {% nodes.discount.last.saved %}", detailsFrom: "discount" },
      },
      { id: "charge", type: "charge-payment", data: { orderFrom: "validate" } },
    ],
    edges: [
      { id: "valid", source: "validate", target: "discount" },
      { id: "reduced", source: "discount", target: "approve", sourceHandle: "reduced" },
      { id: "approved", source: "approve", target: "charge", sourceHandle: "approved" },
    ],
  },
);
