// The project's own node types: one line each, under the `type` that definitions use.
export { openCsv as "open-csv" } from "./csv-import/open-csv.ts";
export { readCsvBatch as "read-csv-batch" } from "./csv-import/read-csv-batch.ts";
export { summariseImport as "summarise-import" } from "./csv-import/summarise-import.ts";
export { reimburse } from "./expense-approval/reimburse.ts";
export { sendMail as "send-mail" } from "./mail/send-mail.ts";
export { collectReport as "collect-report" } from "./nightly-report/collect-report.ts";
export { publishReport as "publish-report" } from "./nightly-report/publish-report.ts";
export { renderReport as "render-report" } from "./nightly-report/render-report.ts";
export { chargePayment as "charge-payment" } from "./order-fulfilment/charge-payment.ts";
export { notifyCustomer as "notify-customer" } from "./order-fulfilment/notify-customer.ts";
export { releaseStock as "release-stock" } from "./order-fulfilment/release-stock.ts";
export { reserveStock as "reserve-stock" } from "./order-fulfilment/reserve-stock.ts";
export { shipOrder as "ship-order" } from "./order-fulfilment/ship-order.ts";
export { validateOrder as "validate-order" } from "./order-fulfilment/validate-order.ts";
export { readPriceList as "read-price-list" } from "./price-update/read-price-list.ts";
export { cancelBooking as "cancel-booking" } from "./trip-booking/cancel-booking.ts";
export { makeBooking as "make-booking" } from "./trip-booking/make-booking.ts";
