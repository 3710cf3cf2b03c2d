// Fastify 5: `hijack` hands the raw response over, so that the fast writer is used.
import fastify, { type FastifyInstance } from "fastify";
import { createMediaHandler } from "sluice/delivery";
import { createLocalSource } from "sluice/sources";

export function createFastifyExample(root: string): FastifyInstance {
  const media = createMediaHandler(createLocalSource({ root }));
  const app = fastify();
  app.get<{ Params: { "*": string } }>("/media/*", async (request, reply) => {
    reply.hijack();
    await media.handleNode(request.raw, reply.raw, request.params["*"]);
  });
  return app;
}
