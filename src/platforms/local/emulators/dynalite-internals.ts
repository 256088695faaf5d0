import type { Server } from "node:http";
import { createRequire } from "node:module";

// dynalite 4.0.0 has no types. What follows are the facts of its sources that the shim uses, and nothing more.

/** An item in DynamoDB's JSON, as dynalite keeps it. */
export type DynaliteItem = Readonly<Record<string, unknown>>;

/** A secondary index, as in DescribeTable. */
export interface DynaliteIndex {
  readonly IndexName: string;
  IndexStatus?: string;
}

/** A table's description, as dynalite stores it. */
export interface DynaliteTable {
  readonly TableName: string;
  TableStatus: string;
  readonly LocalSecondaryIndexes?: readonly DynaliteIndex[];
  readonly GlobalSecondaryIndexes?: readonly DynaliteIndex[];
}

/** A parsed request. */
export interface DynaliteRequest {
  readonly TableName?: string;
  readonly Key?: object;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly object[] }>>;
  readonly ReturnConsumedCapacity?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
  readonly ConsistentRead?: boolean;
}

/** An error whose body is the answer; anything else that reaches a callback ends the process. */
export type DynaliteError = Error & { readonly statusCode: number; body: Record<string, unknown> };

/** A Node callback. */
export type DynaliteCallback<TResult = unknown> = (error?: unknown, result?: TResult) => void;

/** One change of the key-value store below the tables. */
export type DynaliteBatch = readonly (
  | { readonly type: "put"; readonly key: string; readonly value: unknown }
  | { readonly type: "del"; readonly key: string }
)[];

/** One database; `db` is the LevelDB below, every table, item and index in it under a prefix. */
export interface DynaliteStore {
  readonly db: {
    open(): Promise<void>;
    close(): Promise<void>;
    put(key: string, value: unknown): Promise<void>;
    batch(operations: DynaliteBatch, callback: DynaliteCallback): void;
    iterator(range: { readonly gte: string; readonly lt: string }): AsyncIterable<[string, DynaliteTable]>;
  };
  readonly tableDb: { awsRegion: string; awsAccountId: string };
}

/** What an index does when an item changes. */
export interface DynaliteIndexActions {
  readonly puts: readonly { readonly index: string; readonly key: string; readonly item: DynaliteItem }[];
  readonly deletes: readonly { readonly index: string; readonly key: string }[];
}

/** `dynalite/db`; its functions call one another through this object, so replacing one takes effect. */
export interface DynaliteDb {
  create(options: object): DynaliteStore;
  createKey(item: DynaliteItem, table: DynaliteTable): string;
  checkConditional(request: DynaliteRequest, oldItem: DynaliteItem | undefined): DynaliteError | null | undefined;
  addConsumedCapacity(
    request: DynaliteRequest,
    isRead: boolean,
    newItem?: DynaliteItem,
    oldItem?: DynaliteItem,
  ): unknown;
  queryTable(
    store: DynaliteStore,
    table: DynaliteTable,
    request: DynaliteRequest,
    range: object,
    isLocal: boolean,
    fetchFromItemDb: boolean,
    startKeyNames: readonly string[],
    callback: DynaliteCallback<{ ConsumedCapacity?: { readonly CapacityUnits: number } }>,
  ): void;
  updateIndexes(
    store: DynaliteStore,
    table: DynaliteTable,
    oldItem: DynaliteItem | undefined,
    newItem: DynaliteItem | null,
    callback: DynaliteCallback,
  ): void;
  getIndexActions(
    indexes: readonly DynaliteIndex[],
    oldItem: DynaliteItem | null | undefined,
    newItem: DynaliteItem | null | undefined,
    table: DynaliteTable,
  ): DynaliteIndexActions;
  itemSize(item: DynaliteItem): number;
  capacityUnits(item: DynaliteItem | null | undefined, isRead: boolean, isConsistent?: boolean): number;
}

/** `dynalite/validations`. */
export interface DynaliteValidations {
  checkValidations(request: DynaliteRequest, types: object, custom: unknown, store: DynaliteStore): void;
}

interface ActionValidation {
  readonly types: Record<string, { type: string; enum: readonly string[] }>;
}

const require = createRequire(import.meta.url);

/** Makes a server over a new database; not listening yet. */
export const createDynalite: (options: { path?: string; createTableMs: number }) => Server = require("dynalite");

/** The module whose functions the shim replaces. */
export const dynaliteDb: DynaliteDb = require("dynalite/db");

/** The module that checks every request, and so sees which database it goes to. */
export const dynaliteValidations: DynaliteValidations = require("dynalite/validations");

/** The validations of the three operations that know `ReturnValuesOnConditionCheckFailure`. */
export const conditionalWriteValidations: readonly ActionValidation[] = [
  require("dynalite/validations/updateItem"),
  require("dynalite/validations/putItem"),
  require("dynalite/validations/deleteItem"),
];
