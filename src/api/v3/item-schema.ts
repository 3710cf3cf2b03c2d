import { z } from "@hono/zod-openapi";
import type { Item, ItemPage, StreamAnswer, StreamFormat, TextTrack } from "../contract.ts";

const textTrackSchema: z.ZodType<TextTrack> = z
  .object({ url: z.string(), language: z.string().optional(), label: z.string().optional() })
  .openapi("TextTrack", { description: "Captions or lyrics, as WebVTT." });

export const itemSchema: z.ZodType<Item> = z
  .object({
    id: z.string(),
    kind: z.enum(["audio", "video", "image"]),
    title: z.string(),
    creators: z.array(z.string()),
    creatorIds: z.array(z.string()).optional().openapi({ description: "In the order of `creators`." }),
    album: z.string().optional(),
    albumId: z.string().optional(),
    albumArtist: z.string().optional(),
    trackNumber: z.int().optional(),
    discNumber: z.int().optional(),
    year: z.int().optional(),
    genres: z.array(z.string()),
    durationSeconds: z.number().nonnegative().optional(),
    mediaType: z.string().optional(),
    sizeBytes: z.int().nonnegative().optional(),
    description: z.string().optional(),
    publishedAt: z.iso.datetime().optional(),
    source: z.string().openapi({ description: "The source's name." }),
    path: z.string().openapi({ description: "Where it lies in its source." }),
    artworkUrl: z.string().optional().openapi({ description: "Takes `size`; absent where there is no picture." }),
    captions: z.array(textTrackSchema),
    lyrics: z.array(textTrackSchema),
    issues: z.array(z.string()).openapi({ description: "What is wrong with it, in words." }),
    addedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
    viewCount: z.int().nonnegative().optional().openapi({ description: "As its site tells; of what is found live." }),
    state: z.enum(["live", "upcoming", "private"]).optional(),
  })
  .openapi("Item", { description: "One thing to play or show." });

export const nextCursorSchema: z.ZodOptional<z.ZodString> = z
  .string()
  .optional()
  .openapi({ description: "For the next page; absent on the last." });

export const itemPageSchema: z.ZodType<ItemPage> = z
  .object({ items: z.array(itemSchema), nextCursor: nextCursorSchema })
  .openapi("ItemPage");

const streamFormatSchema: z.ZodType<StreamFormat> = z
  .object({
    id: z.string(),
    label: z.string(),
    mediaType: z.string().optional(),
    sizeBytes: z.int().nonnegative().optional(),
    bitsPerSecond: z.number().nonnegative().optional(),
    heightPixels: z.int().positive().optional(),
  })
  .openapi("StreamFormat", { description: "One form in which an item can be had." });

export const streamAnswerSchema: z.ZodType<StreamAnswer> = z
  .object({
    url: z.string().openapi({ description: "For <audio>, <video> and players. Opens this one item until it expires." }),
    expiresAt: z.iso.datetime(),
    mediaType: z.string().optional(),
    sizeBytes: z.int().nonnegative().optional(),
    durationSeconds: z.number().nonnegative().optional(),
    format: z.string(),
    formats: z.array(streamFormatSchema),
  })
  .openapi("StreamAnswer");
