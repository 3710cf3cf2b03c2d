/** What `sluice --help` prints. */
export const helpText = `Usage: sluice [options] [name=]location ...
       sluice check [options] [name=]location ...
       sluice doctor [options] [name=]location ...
       sluice scan [options] [name=]location ...
       sluice db copy FROM TO [--resume]
       sluice keys rotate [options]
       sluice cache ls|stat|purge [options] [source[/path]]

Serves media from folders, S3 buckets, HTTP origins and podcasts, for every browser to play and seek.
"check" reaches every source and says what is wrong, without serving; "doctor" looks at the library
and at yt-dlp as well. "scan" brings what sources hold into the library and shows how far it is. "db
copy" moves the library to another database: a file, or postgresql://... "keys rotate" adds a key that
signs stream addresses from now on. "cache" shows what is kept of remote sources or drops it. All of them
work while a server runs. Without any location, here or in the configuration, Sluice serves its demo library.

Locations
  ./Movies                          a folder
  films=./Movies                    a folder under a name: /media/films/...
  s3://bucket/prefix                an S3 bucket; keys from the environment, a profile or a role
  's3://bucket?endpoint=http://127.0.0.1:9000&region=us-east-1&path-style=true'
                                    any S3-compatible server; also &anonymous=true, &delivery=redirect
  https://host/folder/              files below an address
  podcast=feed:https://host/podcast.xml
                                    the episodes of a podcast, RSS or Atom; with allowed-networks=192.168.0.0/16
                                    also in networks that are not public
  'ytdlp:?search=ytsearch&allowed-hosts=youtube.com'
                                    what your own yt-dlp can open, searched and resolved on demand; also
                                    path=, format=, cookies=, plugins=, extractor-args=, proxy=,
                                    allowed-networks=, source-address=, suggest=, timeout=, max-runs=,
                                    max-per-minute=, sleep-requests=, ffmpeg=, max-joins=
  's3://bucket?cache=exact&fresh-for=3600'
                                    how a remote source is kept: cache=off|exact|balanced|eager, and in
                                    seconds fresh-for=, stale-while-revalidate=, stale-if-error=;
                                    trust-weak-validators=true

Options                             (also as environment variables and in the file)
  --host ADDRESS                    where to listen                [127.0.0.1]  SLUICE_HOST
  --port NUMBER                     0 takes any free port               [8080]  SLUICE_PORT
  --tls self|FILE[,KEY]             serve https: with a certificate made at the first start, or with
                                    PEM files                 [plain http]  SLUICE_TLS
  --config FILE                     .json or .yaml; otherwise sluice.config.json, .yaml or .yml
                                    in the working folder                       SLUICE_CONFIG
  --state DIR                       what must outlive a restart: the library and its keys
                                                        [~/.local/state/sluice]  SLUICE_STATE
  --database FILE|URL|off           the library's database, a file or postgresql://...
                                                        [library.db in --state]  SLUICE_DATABASE
  --scan-interval SECONDS           from one scan of a source to the next; 0: at the start
                                    only                            [3600]  SLUICE_SCAN_INTERVAL
  --require-signed                  no media but at addresses that the API has signed
                                                                        [no]  SLUICE_REQUIRE_SIGNED
  --public-origin URL               what stands before addresses in exported playlists
                                    [as the viewer asked]           SLUICE_PUBLIC_ORIGIN
  --cache DIR                       where bytes of remote sources are kept, for one
                                    server at a time              [~/.cache/sluice]  SLUICE_CACHE
  --cache-size SIZE                 most they may take; 0 keeps nothing
                                    [10GiB, or a tenth of what is free]  SLUICE_CACHE_SIZE
  --slice-size SIZE                 grid on which they are kept, 256KiB to 16MiB
                                                                  [1MiB]  SLUICE_SLICE_SIZE
  --memory-cache-size SIZE          memory for parts often read  [64MiB]  SLUICE_MEMORY_CACHE_SIZE
  --workers NUMBER|auto             processes that accept viewers; auto: one a core   [1]  SLUICE_WORKERS
  --log-level LEVEL                 trace, debug, info, warn, error, fatal, silent  SLUICE_LOG_LEVEL
  --open                            open the address in a browser               SLUICE_OPEN
  --drain-timeout SECONDS           how long running streams may go on once Sluice
                                    is told to stop                       [30]  SLUICE_DRAIN_TIMEOUT
  --cache-control TEXT              Cache-Control of media          [no-cache]  SLUICE_CACHE_CONTROL
  --max-response-bytes SIZE         cap on open-ended ranges of browsers' players, 3MiB or
                                    more                            [no limit]  SLUICE_MAX_RESPONSE_BYTES
  -h, --help                        this text
  -v, --version                     the version

Only by environment or file: SLUICE_SOURCES (locations, separated by spaces or lines),
SLUICE_ALLOWED_ORIGINS, SLUICE_CROSS_ORIGIN_RESOURCE_POLICY, SLUICE_ADMIN_TOKEN (opens
/api/admin/cache).
Options win over the environment, the environment over the file.
`;
