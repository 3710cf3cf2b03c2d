import { z } from "@hono/zod-openapi";
import type {
  Album,
  AlbumPage,
  Creator,
  CreatorPage,
  Folder,
  FolderPage,
  HomeAnswer,
  Playlist,
  PlaylistEntry,
  PlaylistEntryPage,
  PlaylistPage,
  RelatedAnswer,
  SearchAnswer,
  SearchedSource,
  Shelf,
  SuggestAnswer,
  Suggestion,
} from "../contract.ts";
import { itemSchema, nextCursorSchema } from "./item-schema.ts";

const searchedSourceSchema: z.ZodType<SearchedSource> = z
  .object({
    source: z.string(),
    state: z.enum(["catalog", "live", "slow", "failed"]),
    detail: z.string().optional(),
  })
  .openapi("SearchedSource", { description: "What became of a search in one source." });

export const searchAnswerSchema: z.ZodType<SearchAnswer> = z
  .object({ items: z.array(itemSchema), nextCursor: nextCursorSchema, sources: z.array(searchedSourceSchema) })
  .openapi("SearchAnswer");

const suggestionSchema: z.ZodType<Suggestion> = z
  .object({ text: z.string(), kind: z.enum(["title", "album", "creator", "search"]) })
  .openapi("Suggestion");

export const suggestAnswerSchema: z.ZodType<SuggestAnswer> = z
  .object({ suggestions: z.array(suggestionSchema) })
  .openapi("SuggestAnswer");

export const playlistSchema: z.ZodType<Playlist> = z
  .object({
    id: z.string(),
    title: z.string(),
    source: z.string(),
    entryCount: z.int().nonnegative(),
    durationSeconds: z.number().nonnegative(),
    issues: z.array(z.string()),
  })
  .openapi("Playlist", { description: "A list that somebody made: a playlist file, a feed." });

export const playlistPageSchema: z.ZodType<PlaylistPage> = z
  .object({ playlists: z.array(playlistSchema), nextCursor: nextCursorSchema })
  .openapi("PlaylistPage");

const playlistEntrySchema: z.ZodType<PlaylistEntry> = z
  .object({
    position: z.int().nonnegative(),
    title: z.string(),
    durationSeconds: z.number().nonnegative().optional(),
    startSeconds: z.number().nonnegative().optional().openapi({ description: "Where in its item the line begins." }),
    endSeconds: z.number().nonnegative().optional().openapi({ description: "Where in its item it ends." }),
    item: itemSchema.optional(),
    note: z.string().optional().openapi({ description: "Why the line refers to nothing we have." }),
  })
  .openapi("PlaylistEntry");

export const playlistEntryPageSchema: z.ZodType<PlaylistEntryPage> = z
  .object({ entries: z.array(playlistEntrySchema), nextCursor: nextCursorSchema })
  .openapi("PlaylistEntryPage");

const folderSchema: z.ZodType<Folder> = z.object({ name: z.string(), prefix: z.string() }).openapi("Folder");

export const folderPageSchema: z.ZodType<FolderPage> = z
  .object({
    source: z.string(),
    prefix: z.string(),
    folders: z.array(folderSchema),
    items: z.array(itemSchema),
    nextCursor: nextCursorSchema,
  })
  .openapi("FolderPage", { description: "A folder as it lies in its source." });

export const albumSchema: z.ZodType<Album> = z
  .object({
    id: z.string(),
    title: z.string(),
    artist: z.string().optional(),
    itemCount: z.int().nonnegative(),
    artworkUrl: z.string(),
  })
  .openapi("Album", { description: "The items that share its name and its artist; `items?album=` lists them." });

export const albumPageSchema: z.ZodType<AlbumPage> = z
  .object({ albums: z.array(albumSchema), nextCursor: nextCursorSchema })
  .openapi("AlbumPage");

const creatorSchema: z.ZodType<Creator> = z
  .object({ id: z.string(), name: z.string(), itemCount: z.int().nonnegative() })
  .openapi("Creator", { description: "Somebody who made items; `items?creator=` lists them." });

export const creatorPageSchema: z.ZodType<CreatorPage> = z
  .object({ creators: z.array(creatorSchema), nextCursor: nextCursorSchema })
  .openapi("CreatorPage");

export const relatedAnswerSchema: z.ZodType<RelatedAnswer> = z
  .object({
    album: z.array(itemSchema),
    creator: z.array(itemSchema),
    folder: z.array(itemSchema),
    playedTogether: z.array(itemSchema),
  })
  .openapi("RelatedAnswer");

const shelf = { id: z.string(), title: z.string() };
const shelfSchema: z.ZodType<Shelf> = z
  .discriminatedUnion("kind", [
    z.object({ kind: z.literal("items"), ...shelf, items: z.array(itemSchema) }),
    z.object({ kind: z.literal("albums"), ...shelf, albums: z.array(albumSchema) }),
    z.object({ kind: z.literal("playlists"), ...shelf, playlists: z.array(playlistSchema) }),
  ])
  .openapi("Shelf", { description: "A row of things that belong together." });

export const homeAnswerSchema: z.ZodType<HomeAnswer> = z
  .object({ shelves: z.array(shelfSchema) })
  .openapi("HomeAnswer");
