import { html as markup } from "hono/html";
import type { OpenApiDocument, OpenApiOperation, OpenApiSchema } from "../v3/openapi-document.ts";
import { type Markup, renderShell } from "./page-shell.ts";

/** The API for people: what its OpenAPI document says, on one page. */
export function renderDocsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => renderOperation(method, path, operation)),
  );
  const schemas = Object.entries(document.components?.schemas ?? {});
  const main = markup`<div class="docs">
<div class="heading"><div class="heading-text">
<h1>${document.info.title} API</h1>
<p class="summary">Version ${document.info.version}. ${document.info.description ?? ""}</p>
</div></div>
<nav class="contents" aria-label="Contents"><a href="#operations">Addresses</a><a href="#schemas">Values</a><a href="/openapi.json">OpenAPI document</a></nav>
<h2 id="operations">Addresses</h2>
${operations}
<h2 id="schemas">Values</h2>
${schemas.map(([name, schema]) => renderSchema(name, schema))}
</div>`;
  return renderShell({ title: `${document.info.title} API`, main, stylesheet: "docs.css" });
}

function renderOperation(method: string, path: string, operation: OpenApiOperation): Markup {
  const parameters = operation.parameters ?? [];
  const body = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
  return markup`<details>
<summary><code><b class="method">${method.toUpperCase()}</b> ${path}</code><span>${operation.summary ?? ""}</span></summary>
<div>
<p>${operation.description ?? ""}${operation.security === undefined ? "" : " Takes an operator's token."}</p>
${
  parameters.length === 0
    ? ""
    : renderTable(
        ["Parameter", "", "What it is"],
        parameters.map((parameter) => [
          markup`<code>${parameter.name}</code>`,
          parameter.required === true ? "needed" : "",
          markup`${renderType(parameter.schema)} ${textOf(parameter.description ?? parameter.schema["description"])}`,
        ]),
      )
}
${body === undefined ? "" : renderTable(["Body", "", ""], [[renderType(body), "", textOf(body["description"])]])}
${renderTable(
  ["Answer", "", ""],
  Object.entries(operation.responses).map(([status, { description, content }]) => [
    markup`<code>${status}</code>`,
    description,
    Object.entries(content ?? {}).map(([type, { schema }]) => markup`<code>${type}</code> ${renderType(schema)} `),
  ]),
)}
</div>
</details>
`;
}

function renderSchema(name: string, schema: OpenApiSchema): Markup {
  const required = (schema["required"] ?? []) as readonly string[];
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, OpenApiSchema>);
  const rows = properties.map(([property, value]) => [
    markup`<code>${property}</code>`,
    required.includes(property) ? "always" : "",
    markup`${renderType(value)} ${textOf(value["description"])}`,
  ]);
  return markup`<details id="${name}">
<summary><code>${name}</code><span>${textOf(schema["description"])}</span></summary>
<div>${rows.length === 0 ? renderType(schema) : renderTable(["Member", "", "What it is"], rows)}</div>
</details>
`;
}

/** A cell of a table: text, or markup. */
type Cell = string | Markup | readonly Markup[];

function renderTable(titles: readonly string[], rows: readonly (readonly Cell[])[]): Markup {
  return markup`<table>
<thead><tr>${titles.map((title) => markup`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`)}</tbody>
</table>`;
}

/** A schema in a few words: `Item[]`, `"audio" | "video"`, `string`. */
function renderType(schema: OpenApiSchema): Markup {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    const name = reference.slice(reference.lastIndexOf("/") + 1);
    return markup`<a href="#${name}"><code>${name}</code></a>`;
  }
  const alternatives = (schema["oneOf"] ?? schema["anyOf"] ?? schema["allOf"]) as readonly OpenApiSchema[] | undefined;
  if (alternatives !== undefined) {
    return markup`${alternatives.map((alternative, index) => markup`${index === 0 ? "" : " | "}${renderType(alternative)}`)}`;
  }
  if (schema["type"] === "array") {
    return markup`${renderType((schema["items"] ?? {}) as OpenApiSchema)}<code>[]</code>`;
  }
  const choices = schema["enum"] as readonly unknown[] | undefined;
  const shown =
    choices === undefined ? textOf(schema["type"]) : choices.map((choice) => JSON.stringify(choice)).join(" | ");
  return schema["properties"] === undefined
    ? markup`<code>${shown}</code>`
    : markup`<code>{ ${Object.keys(schema["properties"] as object).join(", ")} }</code>`;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : Array.isArray(value) ? value.join(" | ") : "";
}
