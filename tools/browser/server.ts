import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of one page and its programs. */
export interface Server {
  /** The address of the page, cross-origin isolated or not. */
  url(isIsolated: boolean): string;
  close(): void;
}

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};
const page =
  '<!doctype html><link rel="icon" href="data:," /><script type="module" src="page.js"></script>';

export async function serve(programs: ReadonlyMap<string, Uint8Array>): Promise<Server> {
  const server = createServer(({ url = "" }, response) => {
    if (url.startsWith("/isolated/"))
      for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    const program = programs.get(url.slice(url.lastIndexOf("/") + 1));
    if (!program && !url.endsWith("/")) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("Content-Type", program ? "text/javascript" : "text/html");
    response.end(program ?? page);
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
