-- For wrk: asks for the paths of the file PATHS in turn with the token TOKEN, or posts the JSON of the file BODY to
-- them, each time with another idempotency key; then prints one line: requests per second, p50 and p99 in microseconds,
-- answers that were not 2xx or failed.
local paths, position, posted = {}, 0, 0
local headers, body = {}, nil

function init()
  for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
  local token = os.getenv("TOKEN")
  if token and token ~= "" then headers["Authorization"] = "Bearer " .. token end
  if os.getenv("BODY") then
    body = io.open(os.getenv("BODY")):read("*a")
    headers["Content-Type"] = "application/json"
  end
  math.randomseed(20261121)
  position = math.random(#paths)
end

function request()
  position = position % #paths + 1
  if not body then return wrk.format("GET", paths[position], headers) end
  posted = posted + 1
  headers["Idempotency-Key"] = string.format("bench-%d-%d", os.time(), posted)
  return wrk.format("POST", paths[position], headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("REPORT %.1f %d %d %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
