/** Debian packages that one real part of the tests needs. */
export interface PackageGroup {
  readonly name: string;
  /** What the tests do with it. */
  readonly reason: string;
  readonly packages: readonly string[];
  /** What must be there for the part to work, however it was installed: commands of PATH, or paths. */
  readonly commands: readonly string[];
}

/** Every real part the tests use besides Node. */
export const packageGroups = [
  {
    name: "ffmpeg",
    reason: "makes the media that tests play, and is itself a player to test",
    packages: ["ffmpeg"],
    commands: ["ffmpeg", "ffprobe"],
  },
  {
    name: "ceph-rgw",
    reason: "a real S3 server, for the conformance of the S3 source",
    packages: ["radosgw", "ceph-mon", "ceph-osd", "ceph-common"],
    commands: ["radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph", "ceph-authtool", "monmaptool"],
  },
  {
    name: "postgresql",
    reason: "a real PostgreSQL server, for the conformance of its catalog",
    packages: ["postgresql"],
    // The server's own programs lie outside of PATH, in a folder of their version.
    commands: ["pg_createcluster", "pg_lsclusters"],
  },
  {
    name: "chromium",
    reason: "plays and seeks as Chrome and Edge do",
    packages: ["chromium"],
    commands: ["chromium"],
  },
  {
    name: "firefox",
    reason: "plays and seeks as Firefox does",
    packages: ["firefox-esr"],
    commands: ["firefox-esr"],
  },
  {
    name: "webkit",
    reason: "plays and seeks on the engine of Safari",
    packages: [
      "webkit2gtk-driver",
      "xvfb",
      "gstreamer1.0-libav",
      "gstreamer1.0-plugins-base",
      "gstreamer1.0-plugins-good",
      "gstreamer1.0-plugins-bad",
    ],
    commands: ["WebKitWebDriver", "Xvfb"],
  },
  {
    name: "vlc",
    reason: "a player to test, strict about entity tags",
    packages: ["vlc-bin", "vlc-plugin-base"],
    commands: ["cvlc", "setpriv"],
  },
  {
    name: "mpv",
    reason: "a player to test",
    packages: ["mpv"],
    commands: ["mpv"],
  },
  {
    name: "gstreamer",
    reason: "a player to test, and WebKit's own way of fetching",
    packages: [
      "gstreamer1.0-plugins-base-apps",
      "gstreamer1.0-plugins-base",
      "gstreamer1.0-plugins-good",
      "gstreamer1.0-plugins-bad",
      "gstreamer1.0-libav",
    ],
    commands: ["gst-play-1.0", "gst-discoverer-1.0"],
  },
  {
    name: "openssl",
    reason: "makes certificates, as the server with --tls self does",
    packages: ["openssl"],
    commands: ["openssl"],
  },
  {
    name: "yt-dlp",
    reason: "resolves and searches sites, as operators' own yt-dlp does",
    packages: ["yt-dlp"],
    commands: ["yt-dlp"],
  },
] as const satisfies readonly PackageGroup[];

/** The name of a real part. */
export type PartName = (typeof packageGroups)[number]["name"];
