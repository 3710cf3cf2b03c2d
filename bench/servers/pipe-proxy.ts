import { Agent, createServer, request } from "node:http";
import { pipeline } from "node:stream";

const [port, host, upstreamPort, path] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

createServer((req, res) => {
  const headers = req.headers.range === undefined ? {} : { range: req.headers.range };
  const upstream = request({ host, port: upstreamPort, path, agent, headers }, (answer) => {
    if (res.destroyed) {
      answer.destroy();
      return;
    }
    res.writeHead(answer.statusCode ?? 502, answer.headers);
    pipeline(answer, res, () => {});
  });
  upstream.on("error", () => res.destroy());
  upstream.end();
}).listen(Number(port), "127.0.0.1");
