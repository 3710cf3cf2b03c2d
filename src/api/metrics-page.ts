/** What `/metrics` serves, in Prometheus' text format. */
export interface MetricsPage {
  readonly contentType: string;
  render(): Promise<string>;
}

/** The figures as a response. No CORS field: other sites' scripts must not read them, and `same-origin` keeps them from being embedded. */
export async function metricsResponse(page: MetricsPage): Promise<Response> {
  return new Response(await page.render(), {
    headers: {
      "content-type": page.contentType,
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    },
  });
}
