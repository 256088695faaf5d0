/** An event for whoever listens on the bus. */
export interface OutgoingEvent {
  /** Who says it, such as `shop.orders`; `aws.` is the services' own. */
  readonly source: string;
  /** What happened, such as `Order Shipped`. */
  readonly detailType: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** The event bus that the platform's configuration names. */
export interface EventPublisher {
  /**
   * Publishes an event and gives its id. Rejects with a `RefluxoError`: `event.throttled` and `service.failed` are
   * retryable, `event.refused` (the bus will never take it) is terminal.
   */
  publish(event: OutgoingEvent): Promise<{ readonly eventId: string }>;
}
