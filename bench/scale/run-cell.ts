import { type Cell, simulateCell } from "./cell.ts";

// A process for one cell: it gets the cell and sends the report.
process.once("message", async (message) => {
  // The cast is this codec's: `run-cells.ts` alone sends, and sends a cell.
  process.send?.(await simulateCell(message as Cell));
  process.disconnect();
});
