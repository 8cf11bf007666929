import { TensorError } from "@nn/core";
import { createServer, type ServerResponse } from "node:http";
import { isIP, type Socket } from "node:net";

/** A file that is served. */
export interface Served {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** A server of a few files and of one stream of events. */
export interface EventServer {
  readonly url: string;
  /** Sends an event to all who listen. Whoever takes it up too slowly is sent `state` later instead. */
  send(event: string, data: string): void;
  /** Sends a last event, and ends when all have been told; or after a second. */
  close(event: string): Promise<void>;
}

/** How to serve. */
export interface EventServerOptions {
  readonly host: string;
  readonly port: number;
  /** By their paths, as in `/` and `/page.js`. */
  readonly files: ReadonlyMap<string, Served>;
  /** All there is to know now, which whoever begins to listen is sent first. */
  state(): string;
}

interface Listener {
  /** Whether it has missed events, since too much was waiting for it. */
  isBehind: boolean;
}

/** Pages load what comes from here, and nothing else. uPlot places its parts by script, which the policy does not forbid. */
const headers = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};

/** Bytes that may wait for a listener. */
const mostWaiting = 1 << 20;

/** Serves until it is closed; it does not keep the process alive. */
export async function serveEvents(options: EventServerOptions): Promise<EventServer> {
  const { host, port, files } = options;
  const listeners = new Map<ServerResponse, Listener>();
  const sockets = new Set<Socket>();
  const catchUp = (response: ServerResponse, listener: Listener): void => {
    if (listener.isBehind) response.write(message("state", options.state()));
    listener.isBehind = false;
  };
  const server = createServer((request, response) => {
    const refuse = (status: number, text: string): void => {
      response.writeHead(status, { ...headers, "Content-Type": "text/plain" }).end(text);
    };
    // A page from elsewhere may have this address under a name of its own (DNS rebinding).
    if (!isOwn(request.headers.host, host))
      return refuse(403, "this page is only for its own address");
    if (request.method !== "GET" && request.method !== "HEAD")
      return refuse(405, "only for reading");
    const path = request.url?.split("?")[0] ?? "";
    const file = files.get(path);
    if (file) {
      response.writeHead(200, { ...headers, "Content-Type": file.type });
      return response.end(request.method === "HEAD" ? undefined : file.body);
    }
    if (path !== "/events" || request.method === "HEAD")
      return refuse(404, "there is no such page");
    // The connection ends with the stream, so that closing does not wait for it.
    response.writeHead(200, {
      ...headers,
      "Content-Type": "text/event-stream",
      Connection: "close",
    });
    response.on("error", () => undefined);
    response.on("close", () => listeners.delete(response));
    const listener = { isBehind: false };
    listeners.set(response, listener);
    response.on("drain", () => catchUp(response, listener));
    // A page that loses the connection tries again after so many milliseconds.
    response.write("retry: 1000\n");
    return response.write(message("state", options.state()));
  });
  server.on("connection", (socket) => {
    socket.unref();
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  server.unref();
  const address = server.address();
  const actual = typeof address === "object" && address ? address.port : port;
  let closed: Promise<void> | undefined;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${actual}/`,
    send(event, data) {
      // The same bytes for all, which wait for the slow ones among them once.
      const bytes = message(event, data);
      for (const [response, listener] of listeners) {
        if (response.writableLength > mostWaiting) listener.isBehind = true;
        if (!listener.isBehind) response.write(bytes);
      }
    },
    close(event) {
      closed ??= new Promise((resolve) => {
        // Whoever waits for the end wants the process to live until then.
        server.ref();
        for (const socket of sockets) socket.ref();
        const timer = setTimeout(() => server.closeAllConnections(), 1000);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        for (const [response, listener] of listeners) {
          catchUp(response, listener);
          response.end(message(event, "{}"));
        }
      });
      return closed;
    },
  };
}

function message(event: string, data: string): Buffer {
  return Buffer.from(`event: ${event}\ndata: ${data}\n\n`);
}

function isOwn(header: string | undefined, host: string): boolean {
  const name = header?.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1") ?? "";
  return name === host || name === "localhost" || isIP(name) !== 0;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): TensorError {
  const reasons: { readonly [code: string]: string } = {
    EADDRINUSE: `port ${port} of ${host} is in use; choose another one, or leave it out for any that is free`,
    EACCES: `port ${port} of ${host} is not allowed; choose one from 1024`,
    EADDRNOTAVAIL: `this machine has no address ${host}; leave host out for 127.0.0.1`,
  };
  const reason = reasons[error.code ?? ""] ?? `cannot listen at ${host}:${port}: ${error.message}`;
  return new TensorError(`livePage: ${reason}`, { cause: error });
}
