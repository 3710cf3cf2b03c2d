import { describe, expect, it } from "vitest";
import { addressExpiry } from "./address-expiry.ts";

const at = Date.UTC(2027, 0, 15, 8);

describe("addressExpiry", () => {
  it.each([
    `https://r1.video.example/videoplayback?expire=${at / 1000}&ip=1.2.3.4`,
    `https://cdn.example/a.mp4?Expires=${at / 1000}&Signature=x`,
    `https://cdn.example/a.mp4?expires=${at}`,
    `https://cdn.example/a.mp4?e=${at / 1000}&h=abc`,
    `https://cdn.example/hls/expire/${at / 1000}/index.m3u8`,
    `https://cdn.example/a.mp4?hdnts=exp=${at / 1000}~acl=/*~hmac=00`,
    `https://cdn.example/a.mp4?hdnts=exp%3D${at / 1000}~acl%3D/*`,
    "https://b.s3.example/a.mp4?X-Amz-Date=20270115T070000Z&X-Amz-Expires=3600&X-Amz-Signature=0",
  ])("reads %s", (address) => {
    expect(addressExpiry(address)).toBe(at);
  });

  it("takes the earliest of several", () => {
    expect(addressExpiry(`https://a.example/?e=${at / 1000 + 60}&expire=${at / 1000}`)).toBe(at);
  });

  it.each([
    "https://a.example/a.mp4",
    "https://a.example/a.mp4?e=5&expires=never&exp=1",
    "https://a.example/a.mp4?expire=9999999999999",
    "https://a.example/a.mp4?X-Amz-Date=20271399T070000Z&X-Amz-Expires=3600",
    "https://a.example/a.mp4?X-Amz-Date=20270115T070000Z",
    "not an address",
  ])("reads nothing into %s", (address) => {
    expect(addressExpiry(address)).toBeUndefined();
  });
});
