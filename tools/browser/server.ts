import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of a page and its programs. */
export interface Server {
  /** The address of the page, cross-origin isolated or not. */
  url(isIsolated: boolean): string;
  close(): void;
}

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Serves files by their names, from any folder; that of the page is `index.html`. */
export async function serve(files: ReadonlyMap<string, Uint8Array>): Promise<Server> {
  const server = createServer(({ url = "" }, response) => {
    if (url.startsWith("/isolated/"))
      for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    const name = url.slice(url.lastIndexOf("/") + 1) || "index.html";
    const file = files.get(name);
    const type = name.endsWith(".html") ? "text/html" : "text/javascript";
    if (file) response.setHeader("Content-Type", type).end(file);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (isIsolated) => `http://127.0.0.1:${port}/${isIsolated ? "isolated" : "plain"}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
