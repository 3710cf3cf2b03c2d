import { createServer } from "node:http";
import sirv from "sirv";

const [port, root] = process.argv.slice(2);
createServer(sirv(root ?? ".", { etag: true })).listen(Number(port), "127.0.0.1");
