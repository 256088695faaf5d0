import * as v from "valibot";
import type { Context } from "../../engine/index.ts";
import { defineNode, given, readOutput } from "../../nodes/index.ts";
import { type Mail, simulatedMail } from "../simulated-services/mail-service.ts";
import { formatAmount, RefusedOrder, Shipment, ValidOrder } from "./order.ts";

/** What happened to the order, and which nodes know about it. */
const NotifyCustomerData = v.variant("outcome", [
  v.strictObject({ outcome: v.literal("shipped"), orderFrom: v.string(), shipmentFrom: v.string() }),
  v.strictObject({ outcome: v.literal("rejected"), orderFrom: v.string() }),
  /** An invalid order may lack a usable address, so its mail goes to the shop. */
  v.strictObject({ outcome: v.literal("invalid"), reasonsFrom: v.string(), to: v.pipe(v.string(), v.email()) }),
]);
type NotifyCustomerData = v.InferOutput<typeof NotifyCustomerData>;

const Notification = v.object({ mailId: v.string(), to: v.string(), subject: v.string() });

/** Sends the mail that ends an order: to the customer, or to the shop when the order itself was invalid. */
export const notifyCustomer = defineNode({
  metadata: { description: "Sends the mail that ends an order.", input: NotifyCustomerData, output: Notification },
  retryPolicy: { maxAttempts: 4, interval: 1_000, backoff: "exponential" },
  async executor(data, context, _externalPayload, _globals, step) {
    const mail = writeMail(data, context);
    const mailId = await simulatedMail.send(mail, given(step, "step").stepKey);
    return { data: { mailId, to: mail.to, subject: mail.subject } };
  },
});

function writeMail(data: NotifyCustomerData, context: Context): Mail {
  if (data.outcome === "invalid") {
    const { reasons } = readOutput(RefusedOrder, context, data.reasonsFrom);
    return { to: data.to, subject: "An order was refused", text: reasons.join("\n") };
  }
  const { orderId, customer, total, currency } = readOutput(ValidOrder, context, data.orderFrom);
  if (data.outcome === "rejected") {
    const text = `Your order over ${formatAmount(total, currency)} was not approved. You were not charged.`;
    return { to: customer.email, subject: `Order ${orderId} was not approved`, text };
  }
  const { trackingNumber } = readOutput(Shipment, context, data.shipmentFrom);
  const text = `You paid ${formatAmount(total, currency)}. Follow your parcel with the number ${trackingNumber}.`;
  return { to: customer.email, subject: `Order ${orderId} is on its way`, text };
}
