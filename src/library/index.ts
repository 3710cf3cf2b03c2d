export { readMediaFacts } from "./read-media-facts.ts";
