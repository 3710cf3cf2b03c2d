export { parseStoragePolicy, type StoragePolicy } from "./cache-control.ts";
export { formatAttachment } from "./content-disposition.ts";
export {
  type ContentRange,
  formatContentRange,
  formatRangeHeader,
  formatUnsatisfiedRange,
  parseContentRange,
} from "./content-range.ts";
export { type EntityTag, matchesStrongly, matchesWeakly, parseEntityTag, parseEntityTagList } from "./entity-tag.ts";
export { formatHttpDate, httpDateSeconds, parseHttpDate } from "./http-date.ts";
export { harmlessMediaType, isActiveMediaType, isGenericMediaType, mediaKindOf, mediaTypeOfKey } from "./media-type.ts";
export { type ConditionalFields, type CurrentVersion, evaluatePreconditions, isRangeCurrent } from "./preconditions.ts";
export { parseRangeHeader } from "./range-header.ts";
export { maxRangeCount, type RangeSelection, selectRanges } from "./range-selection.ts";
