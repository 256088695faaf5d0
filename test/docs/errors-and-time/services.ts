/** What the simulated bank answers, one after the other. */
export type BankAnswer =
  | { readonly status: 200; readonly paymentId: string }
  | { readonly status: 402 }
  | { readonly status: 429; readonly retryAfterMs: number };

/** What the next calls of `pay` answer; a test fills it. */
export const bankAnswers: BankAnswer[] = [];

/** The keys with which the bank was called, in order. */
export const bankKeys: (string | undefined)[] = [];

/** What `release` was called with, in order. */
export const released: { readonly booking: unknown; readonly key: string | undefined }[] = [];

/** The simulated bank: the next prepared answer. */
export async function pay(request: {
  readonly amount: number;
  readonly idempotencyKey: string | undefined;
}): Promise<BankAnswer> {
  bankKeys.push(request.idempotencyKey);
  return bankAnswers.shift() ?? { status: 200, paymentId: `paid ${request.amount}` };
}

/** The simulated booking service: forgets a booking. */
export async function release(booking: unknown, key: string | undefined): Promise<void> {
  released.push({ booking, key });
}
