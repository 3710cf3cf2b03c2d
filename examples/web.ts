// A Web handler over an HTTP origin: keys are paths below the base address, read in ranges as they are asked for.
import { createMediaHandler } from "sluice/delivery";
import { createHttpSource } from "sluice/sources";

export function createWebExample(baseUrl: URL): (request: Request) => Promise<Response> {
  const media = createMediaHandler(createHttpSource({ baseUrl }));
  return (request) => media.handleWeb(request, decodeURIComponent(new URL(request.url).pathname.slice(1)));
}
