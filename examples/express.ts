// Express 5: everything below /media comes from a folder.
import express, { type Express } from "express";
import { createMediaHandler } from "sluice/delivery";
import { createLocalSource } from "sluice/sources";

export function createExpressExample(root: string): Express {
  const media = createMediaHandler(createLocalSource({ root }), { cacheControl: "private, max-age=3600" });
  const app = express();
  app.use("/media", (request, response) =>
    media.handleNode(request, response, decodeURIComponent(request.path.slice(1))),
  );
  return app;
}
