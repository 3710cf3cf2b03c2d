// Hono on any runtime: the Web handler takes a Request and gives a Response.
import { Hono } from "hono";
import { createMediaHandler } from "sluice/delivery";
import { createLocalSource } from "sluice/sources";

export function createHonoExample(root: string): Hono {
  const media = createMediaHandler(createLocalSource({ root }));
  const app = new Hono();
  app.on(["GET", "HEAD", "OPTIONS"], "/media/:key{.+}", (context) =>
    media.handleWeb(context.req.raw, context.req.param("key")),
  );
  return app;
}
