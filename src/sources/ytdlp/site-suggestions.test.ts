import { expect, it } from "vitest";
import { parseSuggestions } from "./site-suggestions.ts";

it.each([
  ['["hel",["hello","help"]]', ["hello", "help"]],
  ['["hel",["hello"],["a description"],["https://site.example/hello"]]', ["hello"]],
  ['["hel",[["hello kitty",0,[512,433]],["hello world",0]],{"k":1}]', ["hello kitty", "hello world"]],
  ['["hel",["  a\\u0000b ", "", 5, null, ["deep"], {}]]', ["a b", "deep"]],
  [JSON.stringify(["hel", ["x".repeat(201)]]), []],
  ["[]", []],
  ['{"collection":[]}', []],
  ["<!doctype html>", []],
  ["null", []],
])("reads suggestions out of %s", (text, suggestions) => {
  expect(parseSuggestions(text)).toEqual(suggestions);
});
