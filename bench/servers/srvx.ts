import { serve } from "srvx";
import { staticMiddleware } from "srvx/static";

const [port, root] = process.argv.slice(2);
serve({
  port: Number(port),
  hostname: "127.0.0.1",
  silent: true,
  middleware: [staticMiddleware({ dir: root ?? "." })],
  fetch: () => new Response("Not found", { status: 404 }),
});
