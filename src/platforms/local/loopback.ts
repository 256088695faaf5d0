import type { Server } from "node:http";
import { RefluxoError } from "../../engine/index.ts";

/** The address that the local runtime listens on, unless the emulators are told otherwise. */
export const loopbackHost = "127.0.0.1";

/** What listens, and the environment variable that chooses another port: both stand in the error text. */
export interface ListenerName {
  readonly title: string;
  readonly portVariable: string;
}

/**
 * Listens on loopback, or on the given host; port 0 takes any free one. Returns the port.
 * Throws a `RefluxoError` (`local.port-taken`) that says how to choose another port, or the system's error.
 */
export function listen(server: Server, port: number, name: ListenerName, host = loopbackHost): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(listenError(error, port, name));
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve(portOf(server));
    });
  });
}

/** The error of a failed listen: a clear one when the port is taken, else the system's own. */
export function listenError(error: NodeJS.ErrnoException, port: number, name: ListenerName): Error {
  if (error.code !== "EADDRINUSE") return error;
  return new RefluxoError(
    "local.port-taken",
    `Port ${port} on ${loopbackHost} is taken, so ${name.title} cannot start. Stop what uses it (another "npm start"?) ` +
      `or choose another port: ${name.portVariable}=<port> npm start (0 takes any free port).`,
    { cause: error },
  );
}

/** The port of a server that listens on TCP; throws when it does not. */
export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("The server does not listen on a TCP port");
  return address.port;
}
