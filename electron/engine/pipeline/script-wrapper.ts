/**
 * Runs a script of the source on the target, beside `script-expiry.ts`. ARGV holds the text, what the task allows, and
 * behind these the script's own arguments; KEYS are its own.
 *
 * The text is compiled by itself, in a scope where every name that leads to the server or to the global table is ours, so
 * that nothing in it (an `end` too many, a comment, code that it loads) reaches the functions behind them. A refusal cannot
 * be caught by the script: what runs after it would be another history than the source's.
 */
export const WRAPPER_HEAD = `local original, globals = redis, _G
local pcall, error, type, tostring, tonumber, pairs, ipairs, unpack = pcall, error, type, tostring, tonumber, pairs, ipairs, unpack
local upper, sub, byte, find, match, format, gsub =
  string.upper, string.sub, string.byte, string.find, string.match, string.format, string.gsub
local loadstring, getmetatable, setmetatable, rawget, xpcall = loadstring, getmetatable, setmetatable, rawget, xpcall
local text, now, lateness, db, chosen, databases, flushAllowed, kept = ARGV[1], tonumber(ARGV[2]), ARGV[3],
  tonumber(ARGV[4]), ARGV[5], tonumber(ARGV[6]), ARGV[7] == '1', ARGV[8]
-- Of a shard: whatever else stands on the target may be of another one.
local declared
if ARGV[7] == 'declared' then
  declared = {}
  for _, key in ipairs(KEYS) do declared[key] = true end
end
local sha = original.sha1hex(text)
local refusal, failure

local function refuse(code, what)
  refusal = refusal or gsub('LOCKSTEP ' .. code .. ' the script ' .. sha .. ' of the source ' .. what, '%c', ' ')
  error(refusal, 0)
end
`;

/** What stands between the script and the server; `held` is of `script-expiry.ts`. */
export const WRAPPER_BODY = `
local OWN = 'lockstep:'
local function isOwn(key) return sub(key, 1, #OWN) == OWN end
-- Into which database of the target one of the source goes; nil for one that is left out.
local function placeOf(number)
  if chosen == 'all' then return number end
  for from, into in string.gmatch(chosen, '(%d+):?(%d*)') do
    if tonumber(from) == number then return tonumber(into) or number end
  end
end
local function reach(name, value)
  local number = tonumber(value)
  if not number or not find(tostring(value), '^%d+$') then return refuse('SCRIPT_REFUSED', 'calls ' .. name .. ' with a database that is none') end
  local place = placeOf(number)
  if not place then return refuse('DATABASE_CROSSING', 'calls ' .. name .. ' with database ' .. number) end
  if place >= databases then return refuse('TARGET_DATABASES', 'calls ' .. name .. ' with database ' .. number) end
  return place
end
local function keysOf(name, ...)
  local keys = original.pcall('COMMAND', 'GETKEYS', name, ...)
  if type(keys) == 'table' and not keys.err then return keys end
  return {}
end
-- A name that only the target had is the source's from its first use on.
local function release(key)
  if original.pcall('SREM', kept, key) == 1 then original.pcall('DEL', key) end
end
local function releaseIn(number, key)
  original.pcall('SELECT', number)
  release(key)
  original.pcall('SELECT', db)
end
local function withoutOwn(keys)
  local foreign = {}
  for _, key in ipairs(keys) do if not isOwn(key) then foreign[#foreign + 1] = key end end
  return foreign
end
-- Empties one database but for the tool's own keys.
local function flush(number)
  original.call('SELECT', number)
  local own = {}
  for _, key in ipairs(original.call('KEYS', OWN .. '*')) do
    -- The names of keys that stood there go with these.
    if key ~= kept then own[#own + 1] = {key, original.call('DUMP', key), original.call('PTTL', key)} end
  end
  original.call('FLUSHDB')
  for _, saved in ipairs(own) do original.call('RESTORE', saved[1], math.max(0, saved[3]), saved[2]) end
end
local special = {
  SELECT = function(call, number)
    local to = reach('SELECT', number)
    local reply = call('SELECT', to)
    db = to
    return reply
  end,
  MOVE = function(call, key, number, ...)
    local to = reach('MOVE', number)
    if kept ~= '' then releaseIn(to, key) end
    return call('MOVE', key, to, ...)
  end,
  COPY = function(call, from, to, ...)
    local options = {...}
    for i = 1, #options - 1 do
      if upper(tostring(options[i])) == 'DB' then
        local number = reach('COPY', options[i + 1])
        options[i + 1] = number
        if kept ~= '' then releaseIn(number, to) end
      end
    end
    return call('COPY', from, to, unpack(options))
  end,
  FLUSHDB = function()
    if not flushAllowed then return refuse('FLUSH_NEEDS_CONSENT', 'calls FLUSHDB') end
    flush(db)
    return {ok = 'OK'}
  end,
  FLUSHALL = function()
    if not flushAllowed then return refuse('FLUSH_NEEDS_CONSENT', 'calls FLUSHALL') end
    if chosen == 'all' then
      for number = 0, databases - 1 do flush(number) end
    else
      for from, into in string.gmatch(chosen, '(%d+):?(%d*)') do
        local number = tonumber(into) or tonumber(from)
        if number < databases then flush(number) end
      end
    end
    original.call('SELECT', db)
    return {ok = 'OK'}
  end,
  KEYS = function(call, pattern)
    local keys = call('KEYS', pattern)
    return type(keys) == 'table' and not keys.err and withoutOwn(keys) or keys
  end,
  SCAN = function(call, ...)
    local page = call('SCAN', ...)
    if type(page) == 'table' and not page.err then page[2] = withoutOwn(page[2]) end
    return page
  end,
  -- As in the stream: what is said to subscribers is no data.
  PUBLISH = function() return 0 end,
  SPUBLISH = function() return 0 end,
}
for name, handler in pairs(held) do special[name] = handler end
for name in string.gmatch(REFUSED, '%S+') do
  special[name] = function() return refuse('SCRIPT_REFUSED', 'calls ' .. name) end
end
if declared then
  for _, name in ipairs({'FLUSHALL', 'FLUSHDB', 'KEYS', 'SCAN', 'RANDOMKEY', 'DBSIZE'}) do
    special[name] = function() return refuse('SCRIPT_REFUSED', 'calls ' .. name) end
  end
end

-- Errors of the target's own, which the source cannot have met there: told even if the script goes on.
local function note(problem)
  local said = type(problem) == 'table' and problem.err or tostring(problem)
  for _, word in ipairs({'OOM', 'READONLY', 'MISCONF', 'NOREPLICAS', 'NOPERM', 'NOAUTH', 'BUSY'}) do
    if find(said, '%f[%a]' .. word .. '%f[%A]') then failure = failure or match(said, word .. '.*') end
  end
  if find(said, 'DUMP payload version') then failure = failure or 'ERR DUMP payload version or checksum are wrong' end
end
local function raising(name, ...)
  local ok, reply = pcall(original.call, name, ...)
  if ok then return reply end
  note(reply)
  error(reply, 0)
end
local function answering(name, ...)
  local reply = original.pcall(name, ...)
  if type(reply) == 'table' and reply.err then note(reply) end
  return reply
end
local function guarded(call)
  return function(name, ...)
    if refusal then error(refusal, 0) end
    local command = upper(tostring(name))
    local suspect = kept ~= '' or declared ~= nil
    for _, argument in ipairs({...}) do
      if type(argument) == 'string' and isOwn(argument) then suspect = true break end
    end
    if suspect then
      for _, key in ipairs(keysOf(name, ...)) do
        if isOwn(key) then return refuse('SCRIPT_REFUSED', 'uses the key ' .. key) end
        if declared and not declared[key] then return refuse('SCRIPT_REFUSED', 'uses the key ' .. key .. ', which it does not declare') end
        if kept ~= '' then release(key) end
      end
    end
    local handler = special[command]
    if handler then return handler(call, ...) end
    return call(name, ...)
  end
end

local function copied(from)
  local to = {}
  for name, value in pairs(from) do to[name] = value end
  return to
end
-- A refusal goes through whatever the script catches errors with.
local function passing(...)
  if refusal then error(refusal, 0) end
  return ...
end
local function without(name) return function() return refuse('SCRIPT_REFUSED', 'uses ' .. name) end end
local compile
local scope = {}
for name, value in pairs(globals) do if not find(name, '^f_%x+$') then scope[name] = type(value) == 'table' and value ~= globals and copied(value) or value end end
scope.redis.call, scope.redis.pcall = guarded(raising), guarded(answering)
scope.redis.replicate_commands = function() return false end
scope.redis.set_repl = without('redis.set_repl')
scope.server = nil
scope._G = scope
scope.KEYS, scope.ARGV = copied(KEYS), {}
for i = 9, #ARGV do scope.ARGV[i - 8] = ARGV[i] end
scope.pcall = function(...) return passing(pcall(...)) end
scope.xpcall = function(...) return passing(xpcall(...)) end
if scope.coroutine then
  local wrap, resume = coroutine.wrap, coroutine.resume
  scope.coroutine.resume = function(...) return passing(resume(...)) end
  scope.coroutine.wrap = function(body)
    local run = wrap(body)
    return function(...) return passing(run(...)) end
  end
end
scope.getmetatable = function(value)
  if type(value) ~= 'table' or value == scope then return nil end
  return getmetatable(value)
end
scope.loadstring = function(code, name) return compile(tostring(code), name) end
scope.load = function(piece, name)
  local code = ''
  while true do
    local more = piece()
    if not more or more == '' then return compile(code, name) end
    code = code .. more
  end
end
for _, name in ipairs({'debug', 'getfenv', 'setfenv', 'newproxy', 'dofile', 'loadfile', 'module', 'require'}) do scope[name] = without(name) end
scope.debug = setmetatable({}, {__index = function() return refuse('SCRIPT_REFUSED', 'uses debug') end, __metatable = false})
scope.print = function() end
setmetatable(scope, {
  __index = function(_, name)
    if find(tostring(name), '^f_%x+$') then return refuse('SCRIPT_REFUSED', 'calls another script') end
    error("Script attempted to access nonexistent global variable '" .. tostring(name) .. "'", 2)
  end,
  __newindex = function(_, name) error("Script attempted to create global variable '" .. tostring(name) .. "'", 2) end,
  __metatable = false,
})
local SHADOWED = {'redis', 'server', '_G', 'KEYS', 'ARGV', 'pcall', 'xpcall', 'coroutine', 'getmetatable', 'loadstring', 'load', 'string',
  'table', 'math', 'bit', 'cjson', 'cmsgpack', 'struct', 'os', 'debug', 'getfenv', 'setfenv', 'newproxy', 'dofile', 'loadfile', 'module',
  'require', 'print', '__redis__err__handler', '__server__err__handler'}
local values = {}
for i, name in ipairs(SHADOWED) do values[i] = rawget(scope, name) end
local BEFORE = 'local ' .. table.concat(SHADOWED, ',') .. ' = ... return function(...) '
local setfenv = rawget(globals, 'setfenv')
compile = function(code, name)
  if byte(code, 1) == 27 then return refuse('SCRIPT_REFUSED', 'loads compiled code') end
  local chunk, problem = loadstring(BEFORE .. code .. '\\nend', name or '=(load)')
  if not chunk then return nil, problem end
  if setfenv then setfenv(chunk, scope) end
  return chunk(unpack(values, 1, #SHADOWED))
end

local script, problem = compile(text, '@user_script')
if not script then return {err = gsub('LOCKSTEP SCRIPT_REFUSED the script ' .. sha .. ' of the source is none for the target: ' .. problem, '%c', ' ')} end
local ok, ended = pcall(script)
if refusal then return {err = refusal} end
if failure then return {err = failure} end
-- What it returns, and most errors that it ends with, are the affair of whoever ran it on the source, where what it wrote
-- before stands. These can be the target's alone.
if not ok then
  local said = type(ended) == 'table' and ended.err or tostring(ended)
  for _, part in ipairs({'global variable', 'readonly table', 'nknown command', 'nknown Redis command', 'stack overflow', 'not enough memory'}) do
    if find(said, part, 1, true) then return {err = (gsub('LOCKSTEP SCRIPT_REFUSED the script ' .. sha .. ' of the source ends on the target with: ' .. said, '%c', ' '))} end
  end
end
return false`;
