/** What `sluice --help` prints. */
export const helpText = `Usage: sluice [options] [name=]location ...
       sluice check [options] [name=]location ...

Serves media from folders, S3 buckets and HTTP origins, for every browser to play and seek.
"check" reaches every source and says what is wrong, without serving. Without any location,
here or in the configuration, Sluice serves its demo library.

Locations
  ./Movies                          a folder
  films=./Movies                    a folder under a name: /media/films/...
  s3://bucket/prefix                an S3 bucket; keys from the environment, a profile or a role
  's3://bucket?endpoint=http://127.0.0.1:9000&region=us-east-1&path-style=true'
                                    any S3-compatible server; also &anonymous=true, &delivery=redirect
  https://host/folder/              files below an address

Options                             (also as environment variables and in the file)
  --host ADDRESS                    where to listen                [127.0.0.1]  SLUICE_HOST
  --port NUMBER                     0 takes any free port               [8080]  SLUICE_PORT
  --config FILE                     .json or .yaml; otherwise sluice.config.json, .yaml or .yml
                                    in the working folder                       SLUICE_CONFIG
  --state DIR                       what must outlive a restart; must be writable   SLUICE_STATE
  --cache DIR                       what may be thrown away; must be writable       SLUICE_CACHE
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
SLUICE_ALLOWED_ORIGINS, SLUICE_CROSS_ORIGIN_RESOURCE_POLICY.
Options win over the environment, the environment over the file.
`;
