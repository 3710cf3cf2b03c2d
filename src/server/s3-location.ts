import { didYouMean } from "./did-you-mean.ts";
import { locationProblem, type LocationBase, type LocationProblem } from "./location-problem.ts";
import { redactLocation } from "./redact-location.ts";
import { parseSourceCacheParameter, sourceCacheParameters } from "./source-cache.ts";
import { sourceNameFrom } from "./source-name.ts";

/** A bucket, or what lies in it below `prefix` (no slash in front; one at the end). */
export interface S3Location extends LocationBase {
  readonly kind: "s3";
  readonly bucket: string;
  readonly prefix?: string;
  readonly endpoint?: URL;
  readonly region?: string;
  readonly pathStyle?: boolean;
  readonly anonymous?: boolean;
  readonly delivery?: "proxy" | "redirect";
}

/** Reads `s3://bucket/prefix?endpoint=&region=&path-style=&anonymous=&delivery=`, and what {@link sourceCacheParameters} names. */
export function parseS3Location(place: string): S3Location | LocationProblem {
  const match = /^s3:\/\/([^/?]*)(\/[^?]*)?(?:\?(.*))?$/is.exec(place);
  const bucket = match?.[1] ?? "";
  // Secret keys may hold a slash, so a colon alone already tells that "bucket" is the beginning of one.
  if (/[@:]/.test(bucket)) {
    return locationProblem(
      `"${redactLocation(place)}" holds credentials, which would end up in logs. Take them out of the address and set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or give this source "credentials" in the configuration file.`,
    );
  }
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/.test(bucket)) {
    return locationProblem(`"${redactLocation(place)}" names no valid bucket. Write it as s3://bucket/prefix.`);
  }
  const options = parseBucketOptions(match?.[3] ?? "", redactLocation(place));
  if ("kind" in options) {
    return options;
  }
  // Not decoded: a prefix is written as `aws s3 ls` takes it.
  const segments = (match?.[2] ?? "").split("/").filter((segment) => segment !== "");
  const prefix = segments.length === 0 ? {} : { prefix: `${segments.join("/")}/` };
  const defaultName = sourceNameFrom(segments.at(-1) ?? bucket);
  return { kind: "s3", bucket, ...prefix, ...options, text: `s3://${[bucket, ...segments].join("/")}`, defaultName };
}

type BucketOptions = Pick<S3Location, "endpoint" | "region" | "pathStyle" | "anonymous" | "delivery" | "caching">;

function parseBucketOptions(query: string, shown: string): BucketOptions | LocationProblem {
  const options: { -readonly [Key in keyof BucketOptions]: BucketOptions[Key] } = {};
  for (const [key, value] of new URLSearchParams(query)) {
    const wrong = (fix: string): LocationProblem =>
      locationProblem(`"${key}" of "${shown}" is "${redactLocation(value)}". ${fix}`);
    switch (key) {
      case "endpoint":
        if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) {
          return wrong("Use the address of an S3 server: endpoint=http://127.0.0.1:9000.");
        }
        options.endpoint = new URL(value);
        if (options.endpoint.username !== "" || options.endpoint.password !== "" || options.endpoint.search !== "") {
          return wrong(
            "An endpoint holds no credentials and no query; see AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
          );
        }
        break;
      case "region":
        if (!/^[A-Za-z0-9-]+$/.test(value)) {
          return wrong("Use the name of a region: region=eu-central-1.");
        }
        options.region = value;
        break;
      case "path-style":
      case "anonymous":
        if (value !== "true" && value !== "false") {
          return wrong("Use true or false.");
        }
        options[key === "anonymous" ? "anonymous" : "pathStyle"] = value === "true";
        break;
      case "delivery":
        if (value !== "proxy" && value !== "redirect") {
          return wrong("Use proxy or redirect.");
        }
        options.delivery = value;
        break;
      default: {
        const caching = parseSourceCacheParameter(key, value);
        if (caching !== undefined && "fix" in caching) {
          return wrong(caching.fix);
        }
        if (caching !== undefined) {
          options.caching = { ...options.caching, ...caching.settings };
          break;
        }
        // The value is left out: this is where people put secrets.
        return locationProblem(
          `"${shown}" has an option "${key}", which Sluice does not know.${didYouMean(key, bucketOptionNames)} It knows ${bucketOptionNames.join(", ")}.`,
        );
      }
    }
  }
  return options;
}

const bucketOptionNames = ["endpoint", "region", "path-style", "anonymous", "delivery", ...sourceCacheParameters];
