/** The same object with some methods replaced, to inject a fault or to watch; the others work as before. */
export function replaceMethods<TPort extends object>(port: TPort, methods: Partial<TPort>): TPort {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(Object.hasOwn(methods, name) ? methods : target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
