import { isBuiltin } from "node:module";
import { dirname, join, normalize } from "node:path/posix";

/** A TypeScript file, by its path from the repository's root, with `/`. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** Which folders of `src/` each folder may import from: DESIGN's layers, downwards only. */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  bytes: [],
  http: ["bytes"],
  source: ["bytes"],
  sources: ["bytes", "http", "source"],
  cache: ["bytes", "http", "source"],
  catalog: ["bytes", "http", "source"],
  access: ["bytes", "http", "source"],
  delivery: ["bytes", "http", "source"],
  library: ["bytes", "http", "source", "catalog"],
  testing: ["bytes", "http", "source", "cache", "catalog"],
  api: ["bytes", "http", "source", "sources", "cache", "access", "catalog", "library", "delivery"],
  server: ["bytes", "http", "source", "sources", "cache", "access", "catalog", "delivery", "library", "api"],
};

/** Layers that run in any JavaScript runtime. */
export const portableLayers: readonly string[] = ["bytes", "http", "source"];

/** The one file that reads the environment, and the one that names concrete sources. */
const environmentFile = "src/server/env.ts";
const compositionFile = "src/server/compose.ts";

interface ImportStatement {
  readonly specifier: string;
  readonly typeOnly: boolean;
}

/** Every breach of the layering, as `path: what is wrong`; tests may import what they like. */
export function findLayerViolations(files: readonly SourceText[]): string[] {
  return files
    .filter((file) => !file.path.endsWith(".test.ts"))
    .flatMap((file) => violationsOf(file).map((violation) => `${file.path}: ${violation}`));
}

function violationsOf(file: SourceText): string[] {
  const layer = layerOf(file.path);
  if (layer === undefined) {
    return ["lies in no known layer"];
  }
  const code = withoutComments(file.text);
  const violations = importsOf(code).flatMap((statement) => importViolations(file.path, layer, statement));
  if (file.path !== environmentFile && readsEnvironment(code)) {
    violations.push(`reads the environment, which only ${environmentFile} may`);
  }
  return violations;
}

function importViolations(path: string, layer: string, { specifier, typeOnly }: ImportStatement): string[] {
  if (!specifier.startsWith(".")) {
    const forbidden = portableLayers.includes(layer) && isBuiltin(specifier);
    return forbidden ? [`imports ${specifier}, but ${layer} must run without Node`] : [];
  }
  const target = normalize(join(dirname(path), specifier));
  const targetLayer = layerOf(target);
  if (targetLayer === undefined) {
    return [`imports ${target}, which lies in no known layer`];
  }
  if (targetLayer !== layer && !allowedImports[layer]?.includes(targetLayer)) {
    return [`imports ${target}: ${layer} may not import ${targetLayer}`];
  }
  const namesSource = targetLayer === "sources" && (layer === "api" || layer === "server") && !typeOnly;
  return namesSource && path !== compositionFile
    ? [`imports ${target}: only ${compositionFile} names concrete sources`]
    : [];
}

function layerOf(path: string): string | undefined {
  const [root, folder, ...rest] = path.split("/");
  return root === "src" && folder !== undefined && rest.length > 0 && Object.hasOwn(allowedImports, folder)
    ? folder
    : undefined;
}

/** Imports and re-exports, static and dynamic. A parser would be surer, but TypeScript 7 has no API to ask. */
function importsOf(code: string): ImportStatement[] {
  const staticImports = code.matchAll(/^\s*(?:import|export)\s+(type\s)?[^;"']*?\bfrom\s*["']([^"']+)["']/gm);
  const bareImports = code.matchAll(/^\s*import\s*["']([^"']+)["']/gm);
  const dynamicImports = code.matchAll(/\b(?:import|require)\(\s*["'`]([^"'`]+)["'`]/g);
  return [
    ...[...staticImports].map(([, type, specifier]) => ({ specifier: specifier ?? "", typeOnly: type !== undefined })),
    ...[...bareImports, ...dynamicImports].map(([, specifier]) => ({ specifier: specifier ?? "", typeOnly: false })),
  ];
}

function readsEnvironment(code: string): boolean {
  return (
    /\bprocess\s*(?:\?\.|\.)\s*env\b|\bprocess\s*\[\s*["'`]env|\bimport\.meta\.env\b/.test(code) ||
    /\benv\b[^;]*\}\s*=\s*process\b/.test(code) ||
    /\{[^}]*\benv\b[^}]*\}\s*from\s*["'](?:node:)?process["']/.test(code)
  );
}

/** Block comments, and line comments that are not part of a string such as an address. */
function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1");
}
