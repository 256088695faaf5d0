/** Makes a call to a port, or does something else in its place; `method` is the name of what was called. */
export type Guard = <T>(
  call: { readonly method: string; readonly args: readonly unknown[] },
  make: () => Promise<T>,
) => Promise<T>;

/** A port of which every call goes through a guard: to count calls, to delay them, to let the caller die. */
export function guardPort<TPort extends object>(port: TPort, guard: Guard): TPort {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => guard({ method: String(name), args }, async () => value.apply(target, args));
    },
  });
}
