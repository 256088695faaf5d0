import { describe, expect, test } from "vitest";
import { LruMap } from "../../src/dispatcher/lru-map.ts";

const keysOf = (map: LruMap<string>, ...keys: string[]) => keys.filter((key) => map.peek(key) !== undefined);

describe("a map of bounded size", () => {
  test("lets go what was not read or written for longest", () => {
    const map = new LruMap<string>(2);
    map.set("a", "1");
    map.set("b", "2");
    expect(map.get("a")).toBe("1");
    map.set("c", "3");
    expect(keysOf(map, "a", "b", "c")).toEqual(["a", "c"]);
    map.set("a", "4");
    map.set("d", "5");
    expect(keysOf(map, "a", "c", "d")).toEqual(["a", "d"]);
    expect([...map.values()].toSorted()).toEqual(["4", "5"]);
  });

  test("does not take a peek for a read", () => {
    const map = new LruMap<string>(2);
    map.set("a", "1");
    map.set("b", "2");
    map.peek("a");
    map.set("c", "3");
    expect(keysOf(map, "a", "b", "c")).toEqual(["b", "c"]);
  });

  test("counts sizes, and no longer those of what was replaced or deleted", () => {
    const map = new LruMap<string>(10);
    map.set("a", "1", 6);
    map.set("a", "2", 4);
    map.set("b", "3", 6);
    expect(keysOf(map, "a", "b")).toEqual(["a", "b"]);
    map.delete("b");
    map.delete("b");
    map.set("c", "4", 6);
    expect(keysOf(map, "a", "c")).toEqual(["a", "c"]);
    map.set("d", "5", 1);
    expect(keysOf(map, "a", "c", "d")).toEqual(["c", "d"]);
  });

  test("keeps nothing that is larger than itself, nor what that would have replaced", () => {
    const map = new LruMap<string>(10);
    map.set("a", "1", 3);
    map.set("b", "2", 3);
    map.set("a", "3", 11);
    expect(keysOf(map, "a", "b")).toEqual(["b"]);
  });
});
