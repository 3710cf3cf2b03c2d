import type { StreamAnswer } from "../../../src/api/contract.ts";
import type { SluiceClient } from "../../../src/api/sluice-client.ts";
import { chooseFormat, type QualityWish } from "../core/format-choice.ts";

/** Where an item plays in the quality that is wished. */
export async function streamAnswerOf(
  client: Pick<SluiceClient, "stream">,
  itemId: string,
  wish: QualityWish,
  signal?: AbortSignal,
): Promise<StreamAnswer> {
  const answer = await client.stream(itemId, {}, { signal });
  const format = chooseFormat(answer.formats, wish);
  return format === undefined ? answer : await client.stream(itemId, { format: format.id }, { signal });
}
