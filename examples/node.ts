// Plain Node: GET /films/a.mp4 delivers ./Movies/films/a.mp4, with ranges, conditionals and errors.
import { createServer, type Server } from "node:http";
import { createMediaHandler } from "sluice/delivery";
import { createLocalSource } from "sluice/sources";

export function createNodeExample(root: string): Server {
  const media = createMediaHandler(createLocalSource({ root }));
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    void media.handleNode(request, response, decodeURIComponent(pathname.slice(1)));
  });
}
