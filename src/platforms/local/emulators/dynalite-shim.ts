import type { CapacityMeter } from "./capacity-meter.ts";
import {
  conditionalWriteValidations,
  type DynaliteBatch,
  type DynaliteIndex,
  type DynaliteItem,
  type DynaliteStore,
  type DynaliteTable,
  dynaliteDb,
  dynaliteValidations,
} from "./dynalite-internals.ts";

/**
 * What this shim adds to dynalite 4.0.0, by replacing functions of its modules once per process:
 * 1. `ReturnValuesOnConditionCheckFailure: ALL_OLD` on UpdateItem, PutItem and DeleteItem;
 * 2. an item and its index entries are written in one batch, so that a SIGKILL between them loses no index entry;
 * 3. a meter per database, index writes included, which dynalite's ConsumedCapacity leaves out.
 */
const meters = new WeakMap<DynaliteStore, CapacityMeter>();
/** Which database a request belongs to; BatchGetItem hands on only its key objects. */
const storeOfRequest = new WeakMap<object, DynaliteStore>();
/** The database that was made last: `dynalite()` keeps it to itself. */
let lastStore: DynaliteStore | undefined;
let isInstalled = false;

/** Runs a function that makes one dynalite server and returns it with its database, metered. */
export function withMeteredStore<TServer>(
  meter: CapacityMeter,
  make: () => TServer,
): { readonly server: TServer; readonly store: DynaliteStore } {
  install();
  lastStore = undefined;
  const server = make();
  if (lastStore === undefined) throw new TypeError("dynalite made no database");
  const store: DynaliteStore = lastStore;
  meters.set(store, meter);
  return { server, store };
}

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  captureStores();
  returnOldItemOnRefusal();
  writeItemsWithTheirIndexes();
  meterReads();
}

function captureStores(): void {
  const { create } = dynaliteDb;
  dynaliteDb.create = (options) => {
    lastStore = create(options);
    return lastStore;
  };
  const { checkValidations } = dynaliteValidations;
  dynaliteValidations.checkValidations = (request, types, custom, store) => {
    storeOfRequest.set(request, store);
    for (const { Keys = [] } of Object.values(request.RequestItems ?? {})) {
      for (const key of Keys) storeOfRequest.set(key, store);
    }
    checkValidations(request, types, custom, store);
  };
}

function returnOldItemOnRefusal(): void {
  for (const { types } of conditionalWriteValidations) {
    types["ReturnValuesOnConditionCheckFailure"] = { type: "String", enum: ["ALL_OLD", "NONE"] };
  }
  const { checkConditional } = dynaliteDb;
  dynaliteDb.checkConditional = (request, oldItem) => {
    const refusal = checkConditional(request, oldItem);
    if (!refusal) return refusal;
    // A refused conditional write costs the write units of the item that refused it (DynamoDB's developer guide).
    meterOfRequest(request)?.add({ writeUnits: dynaliteDb.capacityUnits(oldItem, false) });
    if (request.ReturnValuesOnConditionCheckFailure === "ALL_OLD" && oldItem) refusal.body["Item"] = oldItem;
    return refusal;
  };
}

function writeItemsWithTheirIndexes(): void {
  dynaliteDb.updateIndexes = (store, table, oldItem, newItem, callback) => {
    meterWrite(store, table, oldItem, newItem);
    const indexes = [...indexBatch(table, oldItem, newItem)];
    // Without indexes the write that follows is one write already.
    if (indexes.length === 0) return callback();
    store.db.batch([...indexes, ...itemBatch(table, oldItem, newItem)], callback);
  };
}

function meterWrite(
  store: DynaliteStore,
  table: DynaliteTable,
  oldItem: DynaliteItem | undefined,
  newItem: DynaliteItem | null,
): void {
  const units = (item: DynaliteItem | null | undefined) => dynaliteDb.capacityUnits(item, false);
  meters.get(store)?.add({
    writeUnits: Math.max(units(oldItem), units(newItem)),
    indexWriteUnits: indexesOf(table).reduce((sum, [, index]) => sum + indexUnits(index, table, oldItem, newItem), 0),
    bytesWritten: newItem ? dynaliteDb.itemSize(newItem) : 0,
  });
}

/**
 * Write units of one index: none when nothing projected changed, one entry's when it changed in place, both entries'
 * when its key moved (DynamoDB's developer guide, write capacity of global secondary indexes).
 */
function indexUnits(
  index: DynaliteIndex,
  table: DynaliteTable,
  oldItem: DynaliteItem | undefined,
  newItem: DynaliteItem | null,
): number {
  const entryOf = (item: DynaliteItem | null | undefined) => {
    const entry = dynaliteDb.getIndexActions([index], undefined, item, table).puts[0];
    return entry && { key: entry.key, json: JSON.stringify(entry.item), units: unitsOfEntry(entry.item) };
  };
  const before = entryOf(oldItem);
  const after = entryOf(newItem);
  if (!before || !after) return (before?.units ?? 0) + (after?.units ?? 0);
  if (before.key !== after.key) return before.units + after.units;
  return before.json === after.json ? 0 : Math.max(before.units, after.units);
}

/** A projection names attributes that an item may not have; those have no size. */
function unitsOfEntry(entry: DynaliteItem): number {
  return dynaliteDb.capacityUnits(
    Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)),
    false,
  );
}

function* indexBatch(
  table: DynaliteTable,
  oldItem: DynaliteItem | undefined,
  newItem: DynaliteItem | null,
): Generator<DynaliteBatch[number]> {
  for (const [kind, index] of indexesOf(table)) {
    const prefix = `index-${kind}~${table.TableName}~${index.IndexName}~`;
    const { puts, deletes } = dynaliteDb.getIndexActions([index], oldItem, newItem, table);
    for (const { key } of deletes) yield { type: "del", key: prefix + key };
    for (const { key, item } of puts) yield { type: "put", key: prefix + key, value: item };
  }
}

function itemBatch(
  table: DynaliteTable,
  oldItem: DynaliteItem | undefined,
  newItem: DynaliteItem | null,
): DynaliteBatch {
  const prefix = `item-${table.TableName}~`;
  if (newItem) return [{ type: "put", key: prefix + dynaliteDb.createKey(newItem, table), value: newItem }];
  return oldItem ? [{ type: "del", key: prefix + dynaliteDb.createKey(oldItem, table) }] : [];
}

function indexesOf(table: DynaliteTable): readonly (readonly ["local" | "global", DynaliteIndex])[] {
  return [
    ...(table.LocalSecondaryIndexes ?? []).map((index) => ["local", index] as const),
    ...(table.GlobalSecondaryIndexes ?? []).map((index) => ["global", index] as const),
  ];
}

function meterReads(): void {
  const { addConsumedCapacity, queryTable } = dynaliteDb;
  dynaliteDb.addConsumedCapacity = (request, isRead, newItem, oldItem) => {
    if (isRead) {
      const readUnits = dynaliteDb.capacityUnits(newItem, true, request.ConsistentRead);
      meterOfRequest(request)?.add({ readUnits });
    }
    return addConsumedCapacity(request, isRead, newItem, oldItem);
  };
  dynaliteDb.queryTable = (store, table, request, range, isLocal, fetchFromItemDb, startKeyNames, callback) => {
    const isWanted = ["TOTAL", "INDEXES"].includes(request.ReturnConsumedCapacity ?? "NONE");
    const metered = isWanted ? request : { ...request, ReturnConsumedCapacity: "TOTAL" };
    queryTable(store, table, metered, range, isLocal, fetchFromItemDb, startKeyNames, (error, result) => {
      if (!result) return callback(error);
      // A query that finds nothing still costs the smallest read.
      const smallest = request.ConsistentRead ? 1 : 0.5;
      meters.get(store)?.add({ readUnits: Math.max(smallest, result.ConsumedCapacity?.CapacityUnits ?? 0) });
      if (!isWanted) delete result.ConsumedCapacity;
      callback(error, result);
    });
  };
}

function meterOfRequest(request: { readonly Key?: object }): CapacityMeter | undefined {
  const store = storeOfRequest.get(request) ?? (request.Key && storeOfRequest.get(request.Key));
  return store && meters.get(store);
}
