/**
 * A port whose calls never come back once the process is "killed": what a dying Lambda looks like to the rest of the
 * system. Kill it by setting `isDead`.
 */
export function killable<TPort extends object>(port: TPort, process: { isDead: boolean }): TPort {
  return new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        process.isDead
          ? new Promise(() => {})
          : Promise.resolve(value.apply(target, args)).then((answer) =>
              process.isDead ? new Promise(() => {}) : answer,
            );
    },
  });
}
