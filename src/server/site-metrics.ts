import { Counter, Gauge, type Registry } from "prom-client";
import { isSearchableSource, type SiteRecord, type SitesHealth, type Source } from "../source/index.ts";

type Labels = Readonly<Record<string, string>>;
type Reading = readonly [labels: Labels, value: number];

interface Figure {
  readonly name: string;
  readonly help: string;
  readonly isCounter?: boolean;
  readonly labels: readonly string[];
  readonly read: (health: SitesHealth) => readonly Reading[];
}

const figures: readonly Figure[] = [
  perSite("sluice_site_resolves_total", "Items whose address was asked of the site.", (site) => site.resolves),
  perSite("sluice_site_failures_total", "Of these, the ones that failed.", (site) => site.failures),
  {
    name: "sluice_site_failures_by_reason_total",
    help: "The same, by reason in words.",
    isCounter: true,
    labels: ["site", "reason"],
    read: ({ sites }) =>
      sites.flatMap(({ extractor, failuresByReason }) =>
        Object.entries(failuresByReason).map(([reason, count]): Reading => [{ site: extractor, reason }, count]),
      ),
  },
  {
    name: "sluice_site_resolve_seconds",
    help: "How long finding an item's address took of late: the median of those that were found.",
    labels: ["site"],
    read: ({ sites }) =>
      sites.flatMap(({ extractor, medianMs }): Reading[] =>
        medianMs === undefined ? [] : [[{ site: extractor }, medianMs / 1000]],
      ),
  },
  perSource("sluice_site_runs", "Questions to sites under way.", ({ running }) => running),
  perSource("sluice_site_queue_length", "Questions to sites that wait for their turn.", ({ waiting }) => waiting),
  perSource(
    "sluice_site_program_age_days",
    "Age of the program that knows the sites; stale ones fail.",
    ({ programAgeDays }) => programAgeDays,
  ),
];

function perSite(name: string, help: string, valueOf: (site: SiteRecord) => number): Figure {
  const read: Figure["read"] = ({ sites }) => sites.map((site) => [{ site: site.extractor }, valueOf(site)]);
  return { name, help, isCounter: true, labels: ["site"], read };
}

function perSource(name: string, help: string, valueOf: (health: SitesHealth) => number | undefined): Figure {
  return {
    name,
    help,
    labels: [],
    read: (health) => {
      const value = valueOf(health);
      return value === undefined ? [] : [[{}, value]];
    },
  };
}

/** Adds how sites behind sources fare; the sources are asked whenever somebody reads the figures. */
export function addSiteMetrics(registry: Registry, sources: ReadonlyMap<string, { readonly origin: Source }>): void {
  const searchable = [...sources].flatMap(([source, { origin }]) =>
    isSearchableSource(origin) ? [{ source, origin }] : [],
  );
  for (const { name, help, isCounter = false, labels, read } of figures) {
    const settings = { name, help, labelNames: ["source", ...labels], registers: [registry] };
    const collect = async (set: (labels: Labels, value: number) => void): Promise<void> => {
      for (const { source, origin } of searchable) {
        read(await origin.health()).forEach(([more, value]) => set({ source, ...more }, value));
      }
    };
    if (isCounter) {
      const counter: Counter = new Counter({
        ...settings,
        collect() {
          counter.reset();
          return collect((set, value) => counter.inc({ ...set }, value));
        },
      });
    } else {
      const gauge: Gauge = new Gauge({
        ...settings,
        collect() {
          gauge.reset();
          return collect((set, value) => gauge.set({ ...set }, value));
        },
      });
    }
  }
}
