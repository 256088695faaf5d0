// The workflow definitions: one line each, under any name. `registry.ts` checks them when it loads.
export { default as csvImport } from "./csv-import.json" with { type: "json" };
export { default as expenseApproval } from "./expense-approval.json" with { type: "json" };
export { default as nightlyReport } from "./nightly-report.json" with { type: "json" };
export { default as orderFulfilment } from "./order-fulfilment.json" with { type: "json" };
export { default as priceBatch } from "./price-batch.json" with { type: "json" };
export { default as priceUpdate } from "./price-update.json" with { type: "json" };
export { default as reportPolling } from "./report-polling.json" with { type: "json" };
export { default as tripBooking } from "./trip-booking.json" with { type: "json" };
