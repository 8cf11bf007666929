import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of a page and its programs. */
export interface Server {
  /** The address of the page as it is served in a way. */
  url(way: Way): string;
  close(): void;
}

/** Ways to serve a page: as it is; isolated from other origins; or with a policy that lets nothing make code of texts. */
type Way = "plain" | "isolated" | "strict";

const headers: { readonly [way in Way]: { readonly [name: string]: string } } = {
  plain: {},
  isolated: {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
  },
  strict: {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'",
  },
};

/** Serves files by their names, from any folder; that of the page is `index.html`. */
export async function serve(files: ReadonlyMap<string, Uint8Array>): Promise<Server> {
  const server = createServer(({ url = "" }, response) => {
    const way = url.slice(1, url.indexOf("/", 1)) as Way;
    for (const [name, value] of Object.entries(headers[way] ?? {})) response.setHeader(name, value);
    const name = url.slice(url.lastIndexOf("/") + 1) || "index.html";
    const file = files.get(name);
    const type = name.endsWith(".html") ? "text/html" : "text/javascript";
    if (file) response.setHeader("Content-Type", type).end(file);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: (way) => `http://127.0.0.1:${port}/${way}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
