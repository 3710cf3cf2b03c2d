export { defaultDeliveryPolicy, type DeliveryPolicy } from "./delivery-policy.ts";
export {
  createMediaHandler,
  type DeliveryRecord,
  type MediaHandler,
  type MediaHandlerOptions,
} from "./media-handler.ts";
export { type Problem, problemOf, replyToProblem } from "./problem.ts";
export { writeNodeReply } from "./node-writer.ts";
export { cacheVerdict } from "./timing-fields.ts";
