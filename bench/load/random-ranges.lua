-- wrk script: GETs of random ranges of one object. Arguments: object size, range size, both in bytes.
-- The requests are built before the run (building them costs more than sending them) and from one seed, so that
-- every server is asked for the same ranges in the same order.

local COUNT = 4096
local requests = {}
local next_request = 0

function init(args)
  local object_bytes, range_bytes = tonumber(args[1]), tonumber(args[2])
  math.randomseed(20240229)
  for i = 1, COUNT do
    local first = math.random(0, object_bytes - range_bytes)
    local headers = { ["Range"] = string.format("bytes=%d-%d", first, first + range_bytes - 1) }
    requests[i] = wrk.format("GET", nil, headers)
  end
end

function request()
  next_request = next_request % COUNT + 1
  return requests[next_request]
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"bytes":%.0f,"microseconds":%d,"p50":%.0f,"p99":%.0f,"failed":%d}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout
  ))
end
