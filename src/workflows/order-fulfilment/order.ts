import * as v from "valibot";

const Text = v.pipe(v.string(), v.trim(), v.minLength(1, "must not be empty"), v.maxLength(64));
const wholeNumber = (min: number, max: number) =>
  v.pipe(
    v.number("must be a number"),
    v.safeInteger("must be a whole number"),
    v.minValue(min, `must be at least ${min}`),
    v.maxValue(max, `must be at most ${max}`),
  );

/** One line of an order; `unitPrice` in minor units (cents). */
const OrderItem = v.object({ sku: Text, quantity: wholeNumber(1, 10_000), unitPrice: wholeNumber(0, 100_000_000) });

/** An order as a shop sends it: the input of the workflow. The bounds keep every total a safe integer. */
export const Order = v.object({
  orderId: Text,
  customer: v.object({ email: v.pipe(v.string(), v.email("must be an e-mail address"), v.maxLength(254)) }),
  currency: v.pipe(v.string(), v.regex(/^[A-Z]{3}$/, "must be a currency code such as EUR")),
  items: v.pipe(v.array(OrderItem), v.minLength(1, "must have at least one item"), v.maxLength(100)),
});
export type Order = v.InferOutput<typeof Order>;

/** An order that passed validation, with its total in minor units. */
export const ValidOrder = v.object({ ...Order.entries, total: wholeNumber(0, Number.MAX_SAFE_INTEGER) });
export type ValidOrder = v.InferOutput<typeof ValidOrder>;

/** Why an order was refused. */
export const RefusedOrder = v.object({ reasons: v.array(v.string()) });
export type RefusedOrder = v.InferOutput<typeof RefusedOrder>;

/** Items that were set aside. */
export const Reservation = v.object({ reservationId: v.string() });
export type Reservation = v.InferOutput<typeof Reservation>;

/** A charge that was made; `amount` in minor units. */
export const Payment = v.object({ paymentId: v.string(), amount: v.number(), currency: v.string() });
export type Payment = v.InferOutput<typeof Payment>;

/** A parcel on its way. */
export const Shipment = v.object({ trackingNumber: v.string() });
export type Shipment = v.InferOutput<typeof Shipment>;

/** An amount in minor units as people write it, such as `1250.00 EUR`. */
export function formatAmount(amount: number, currency: string): string {
  return `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, "0")} ${currency}`;
}
