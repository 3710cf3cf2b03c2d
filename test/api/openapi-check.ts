import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { OpenApiDocument, OpenApiResponse } from "../../src/api/v3/openapi-document.ts";

/** An answer as it came. */
export interface CheckedAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly mediaType: string | undefined;
  readonly text: string;
}

/** Tells what is wrong with an answer, by the document; `undefined` where it is as described. */
export type AnswerCheck = (answer: CheckedAnswer) => string | undefined;

/** Creates the check of answers against an OpenAPI document. */
export function createAnswerCheck(document: OpenApiDocument): AnswerCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Reports what refers to nothing.
  ajv.compile({ allOf: Object.values(document.components?.schemas ?? {}), components: document.components });
  const compiled = new Map<object, ValidateFunction>();
  const templates = Object.keys(document.paths)
    .map((template) => ({ template, pattern: patternOf(template), parameters: template.split("{").length }))
    .toSorted((one, other) => one.parameters - other.parameters);

  function validatorOf(schema: object): ValidateFunction {
    const known = compiled.get(schema) ?? ajv.compile({ ...schema, components: document.components });
    compiled.set(schema, known);
    return known;
  }

  return (answer) => {
    const { method, status, mediaType, text } = answer;
    const path = answer.path.replace(/\?.*$/, "");
    if (method === "OPTIONS") {
      return status === 204 && text === "" ? undefined : `${method} ${path}: ${status}`;
    }
    const template = templates.find(({ pattern }) => pattern.test(path))?.template;
    const operations = template === undefined ? {} : document.paths[template];
    const operation = operations?.[method === "HEAD" ? "get" : method.toLowerCase()];
    if (operation === undefined) {
      return status === 404 || status === 405 ? undefined : `${method} ${path} is not described`;
    }
    const described: OpenApiResponse | undefined = operation.responses[status] ?? operation.responses["default"];
    if (described === undefined || (status < 400 && operation.responses[status] === undefined)) {
      return `${method} ${path}: status ${status} is not described`;
    }
    if (method === "HEAD" || described.content === undefined) {
      return text === "" ? undefined : `${method} ${path}: ${status} has a body`;
    }
    const schema = described.content[mediaType ?? ""]?.schema;
    if (schema === undefined) {
      return `${method} ${path}: ${status} as ${mediaType} is not described`;
    }
    if (!/json/.test(mediaType ?? "")) {
      return undefined;
    }
    const validate = validatorOf(schema);
    return validate(JSON.parse(text)) ? undefined : `${method} ${path}: ${ajv.errorsText(validate.errors)}\n${text}`;
  };
}

function patternOf(template: string): RegExp {
  const pattern = template
    .replaceAll(/[.]/g, "\\.")
    .replaceAll(/\{(\w+)\}/g, (_, name) => (name === "prefix" ? ".*" : "[^/]+"));
  return new RegExp(`^${pattern}$`);
}
