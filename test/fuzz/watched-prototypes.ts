const watched: readonly (readonly [name: string, object: object])[] = [
  ["Object.prototype", Object.prototype],
  ["Array.prototype", Array.prototype],
  ["String.prototype", String.prototype],
  ["Function.prototype", Function.prototype],
  ["Object", Object],
];

interface Kept {
  readonly name: string;
  readonly object: object;
  readonly properties: ReadonlyMap<string | symbol, unknown>;
}

/** Notes the shared prototypes as they are; the returned function names what has changed in them since. */
export function watchPrototypes(): () => readonly string[] {
  const kept: readonly Kept[] = watched.map(([name, object]) => ({ name, object, properties: propertiesOf(object) }));
  return () =>
    kept.flatMap(({ name, object, properties }) => {
      const keys = Reflect.ownKeys(object);
      if (keys.length !== properties.size) return [name];
      return keys.every((key) => properties.has(key) && contentOf(object, key) === properties.get(key)) ? [] : [name];
    });
}

function propertiesOf(object: object): ReadonlyMap<string | symbol, unknown> {
  return new Map(Reflect.ownKeys(object).map((key) => [key, contentOf(object, key)]));
}

function contentOf(object: object, key: string | symbol): unknown {
  const { value, get } = Object.getOwnPropertyDescriptor(object, key) ?? {};
  return value ?? get;
}
