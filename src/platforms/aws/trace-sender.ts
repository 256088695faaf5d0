import type { Socket } from "node:dgram";

/**
 * Sends documents to the X-Ray daemon at `<host>:<port>`, which Lambda runs beside a function with active tracing, by UDP
 * and without waiting; what cannot be sent is dropped. Without a proper address it drops everything.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon
 */
export function createTraceSender(daemonAddress: string | undefined): (datagram: string) => void {
  const [, host = "", port = ""] = /^([^:\s]+):(\d{1,5})$/.exec(daemonAddress ?? "") ?? [];
  if (Number(port) < 1 || Number(port) > 65_535) return () => undefined;
  let socket: Promise<Socket> | undefined;
  return (datagram) => {
    socket ??= openSocket();
    void socket.then((open) => open.send(datagram, Number(port), host));
  };
}

/** Loaded when something is traced, which a cold start need not wait for. A socket that keeps no process alive, and whose errors are nobody's. */
async function openSocket(): Promise<Socket> {
  const { createSocket } = await import("node:dgram");
  const socket = createSocket("udp4");
  socket.on("error", () => undefined);
  return socket.unref();
}
