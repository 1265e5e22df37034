-- Sets each of KEYS to what ARGV says of it, only if that is newer than what is there. Four arguments a key:
-- revision, as of, expires (milliseconds by this server's clock), value. A value without a payload is a
-- tombstone: it says only that anything older is out of date.
-- A write that was held up (a stopped server, a slow link) past its own end is not made: so a tombstone that
-- ends one lifetime after any older fill does outlive it. Revisions are exact up to 2^53.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local set = 0
for i, key in ipairs(KEYS) do
  local revision, as_of = tonumber(ARGV[4 * i - 3]), tonumber(ARGV[4 * i - 2])
  local expires, value = ARGV[4 * i - 1], ARGV[4 * i]
  local held = redis.pcall('GET', key)
  local r, a, p
  if type(held) == 'string' then
    r, a, p = string.match(held, '^p1 (%-?%d+) (%-?%d+) %-?%d+ %x+ (.?)')
  end
  local newer = not r or revision > tonumber(r)
  if r and revision == tonumber(r) and string.match(value, '^%S+ %S+ %S+ %S+ %S+ .') then
    newer = p == '' or as_of >= tonumber(a)
  end
  if newer and tonumber(expires) > now then
    redis.call('SET', key, value, 'PXAT', expires)
    set = set + 1
  end
end
return set
