import { MARKS_SCRIPT } from '../expiry/marks-script.ts';

/**
 * Expiry in a script of the source: given as of the time when the source ran it, late like that of any other command, and
 * read as the source had it then. A part of the wrapper of `script-wrapper.ts`, whose names it uses.
 */
export const SCRIPT_EXPIRY = `
if original.replicate_commands then original.replicate_commands() end
${MARKS_SCRIPT}
local times = marks(original.call, lateness)
local function late(at) return times.text(times.written(at)) end
local units = {EX = 1000, PX = 1, EXAT = 1000, PXAT = 1}
local relative = {EX = true, PX = true}
local function expire(call, key, at)
  if at <= now then return call('DEL', key) end
  return call('PEXPIREAT', key, late(at))
end
local function remaining(key, unit)
  local at = times.read(key)
  if type(at) ~= 'number' or at < 0 then return at end
  local ttl = math.max(0, times.truth(at) - now)
  if unit == 1 then return ttl end
  return math.floor((ttl + 500) / 1000)
end
-- Takes the option out of the arguments. Also returns the time that it gives, if any.
local function withoutExpiry(from, ...)
  local args, others, at, i = {...}, {}, nil, 1
  while i <= #args do
    local option = i >= from and upper(tostring(args[i])) or ''
    local time = units[option] and tonumber(args[i + 1])
    if time then
      at = time * units[option] + (relative[option] and now or 0)
      i = i + 2
    else
      others[#others + 1] = args[i]
      i = i + 1
    end
  end
  return others, at
end
local function expiring(unit, base)
  return function(call, key, time, ...)
    if not tonumber(time) then return call('PEXPIRE', key, time, ...) end
    return expire(call, key, time * unit + base)
  end
end
local function setting(unit)
  return function(call, key, time, value, ...)
    if not tonumber(time) or not value then return call('PSETEX', key, time, value, ...) end
    local reply = call('SET', key, value)
    if not reply.err then expire(call, key, now + time * unit) end
    return reply
  end
end
local held = {
  TTL = function(call, key) return remaining(key, 1000) end,
  PTTL = function(call, key) return remaining(key, 1) end,
  EXPIRE = expiring(1000, now),
  PEXPIRE = expiring(1, now),
  EXPIREAT = expiring(1000, 0),
  PEXPIREAT = expiring(1, 0),
  SETEX = setting(1000),
  PSETEX = setting(1),
  SET = function(call, ...)
    local args, at = withoutExpiry(3, ...)
    local reply = call('SET', unpack(args))
    if at and reply and not (type(reply) == 'table' and reply.err) then expire(call, args[1], at) end
    return reply
  end,
  GETEX = function(call, ...)
    local args, at = withoutExpiry(2, ...)
    if not at then return call('GETEX', ...) end
    local reply = call('GET', unpack(args))
    if reply and not (type(reply) == 'table' and reply.err) then expire(call, args[1], at) end
    return reply
  end,
  RESTORE = function(call, key, ttl, ...)
    local args, absolute = {}, false
    for _, argument in ipairs({...}) do
      if upper(tostring(argument)) == 'ABSTTL' then absolute = true else args[#args + 1] = argument end
    end
    local reply = call('RESTORE', key, 0, unpack(args))
    local time = tonumber(ttl)
    if time and time > 0 and not reply.err then expire(call, key, (absolute and 0 or now) + time) end
    return reply
  end,
}
`;
