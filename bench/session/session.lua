-- Takes turns with the cookies in the file that COOKIES names, and prints the counts as one line.
local requests = {}
local turn = 0

function init(arguments)
  for cookie in io.lines(os.getenv("COOKIES")) do
    requests[#requests + 1] = wrk.format("GET", nil, { ["Cookie"] = cookie, ["Host"] = wrk.headers["Host"] })
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("errors: status %d, connect %d, read %d, write %d, timeout %d\n",
    e.status, e.connect, e.read, e.write, e.timeout))
  io.write(string.format("counts %d %d %d %d %d\n", summary.requests, summary.duration,
    e.status + e.connect + e.read + e.write + e.timeout, latency:percentile(50), latency:percentile(99)))
end
