import { createServer } from "node:http";
import send from "send";

const [port, root] = process.argv.slice(2);
createServer((req, res) => {
  send(req, req.url ?? "/", { root: root ?? "." }).pipe(res);
}).listen(Number(port), "127.0.0.1");
