-- Viewers for wrk: each request is one player's batch of EACH events over one of the links in the file TOKENS. A view goes on in
-- every round over the links, so no id is sent twice. Answers are counted by what they say was accepted.

local tokens, number, threads = {}, 0, {}
local each = tonumber(os.getenv("EACH"))
for line in io.lines(os.getenv("TOKENS")) do tokens[#tokens + 1] = line end

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("name", os.getenv("SALT") .. #threads)
end

function init()
  acknowledged, others = 0, 0
end

local function told(view, seq, at)
  return string.format(
    '{"id":"%s.%d","view":"%s","type":"%s","at":"%s","seq":%d,"position_s":%d,"rate":1,"device":"%s"}',
    view, seq, view, seq == 0 and "play" or "progress", at, seq, math.min(600, seq), view)
end

function request()
  local viewer, round = number % #tokens + 1, math.floor(number / #tokens)
  local view, at, events = name .. "." .. viewer, os.date("!%Y-%m-%dT%H:%M:%SZ"), {}
  number = number + 1
  for n = 1, each do events[n] = told(view, round * each + n - 1, at) end
  local headers = {
    ["Content-Type"] = "application/json",
    ["User-Agent"] = os.getenv("AGENT"),
    ["X-Forwarded-For"] = string.format("10.0.0.%d", viewer % 100 + 1), -- an office of many has one address and its limit
  }
  local body = '{"sent_at":"' .. at .. '","events":[' .. table.concat(events, ",") .. "]}"
  return wrk.format("POST", "/e/" .. tokens[viewer], headers, body)
end

function response(status, _, body)
  if status == 202 then
    acknowledged = acknowledged + tonumber(body:match('"accepted": ?(%d+)'))
  else
    others = others + 1
  end
end

function done(summary, latency)
  local sums = { acknowledged = 0, others = 0 }
  for _, thread in ipairs(threads) do
    for sum in pairs(sums) do sums[sum] = sums[sum] + thread:get(sum) end
  end
  io.write(string.format(
    '\n{"acknowledged":%d,"others":%d,"broken":%d,"batches":%d,"seconds":%f,"p50_ms":%f,"p99_ms":%f,"longest_ms":%f}\n',
    sums.acknowledged, sums.others, summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
