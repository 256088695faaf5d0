/** What requests to the emulated DynamoDB would have cost. Units are request units of on-demand tables. */
export interface CapacityReading {
  /** Requests by operation (`GetItem`, `UpdateItem`, …), refused ones included. */
  readonly requests: Readonly<Record<string, number>>;
  readonly readUnits: number;
  /** Write units of the tables; a write refused by its condition costs units too. */
  readonly writeUnits: number;
  /** Write units of the secondary indexes. */
  readonly indexWriteUnits: number;
  /** Sizes of the items written, in bytes, indexes not included. */
  readonly bytesWritten: number;
}

type Units = Omit<CapacityReading, "requests">;

const noUnits: Units = { readUnits: 0, writeUnits: 0, indexWriteUnits: 0, bytesWritten: 0 };

/** Counts what requests to one emulated DynamoDB would have cost. */
export class CapacityMeter {
  #requests = new Map<string, number>();
  #units = noUnits;

  /** Everything since the start or the last reset. */
  read(): CapacityReading {
    return { requests: Object.fromEntries(this.#requests), ...this.#units };
  }

  /** Begins again at zero. */
  reset(): void {
    this.#requests = new Map();
    this.#units = noUnits;
  }

  /** Counts a request by its operation. */
  countRequest(operation: string): void {
    this.#requests.set(operation, (this.#requests.get(operation) ?? 0) + 1);
  }

  /** Adds what a request cost. */
  add(units: Partial<Units>): void {
    this.#units = {
      readUnits: this.#units.readUnits + (units.readUnits ?? 0),
      writeUnits: this.#units.writeUnits + (units.writeUnits ?? 0),
      indexWriteUnits: this.#units.indexWriteUnits + (units.indexWriteUnits ?? 0),
      bytesWritten: this.#units.bytesWritten + (units.bytesWritten ?? 0),
    };
  }
}
