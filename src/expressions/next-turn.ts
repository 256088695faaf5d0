/**
 * Resolves once timers and I/O of the process have had a turn: JSONata awaits, but never lets go of its turn. A message
 * channel is neither clock nor Node's, and holds no process open once it is closed.
 */
export function nextTurn(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { port1, port2 } = new MessageChannel();
  const take = () => {
    port1.close();
    resolve();
  };
  port1.addEventListener("message", take, { once: true });
  port1.start();
  port2.postMessage(null);
  return promise;
}
