import { createHash } from 'node:crypto';
import type { Words } from '../commands/command-adapter.ts';

/** Scripts that are remembered for EVALSHA; a source that makes up a new one each time does not fill our memory. */
const MOST_SCRIPTS = 1000;

/**
 * Goes in front of a script. Its `redis.call` gives expiry as of the time when the source ran the script, held back like
 * that of any other command, and reads it without the hold. Both times come as arguments behind the script's own, so that
 * the text stays the same and the target caches it once.
 */
const BEFORE = Buffer.from(`local __count = #ARGV
local __now, __hold = tonumber(ARGV[__count - 1]), tonumber(ARGV[__count])
ARGV[__count], ARGV[__count - 1] = nil, nil
local redis = (function(original)
  local units = {EX = 1000, PX = 1, EXAT = 1000, PXAT = 1}
  local relative = {EX = true, PX = true, EXPIRE = true, PEXPIRE = true, SETEX = true, PSETEX = true}
  local seconds = {EXPIRE = 1000, EXPIREAT = 1000, SETEX = 1000, PEXPIRE = 1, PEXPIREAT = 1, PSETEX = 1}
  local function held(call)
    local function expire(key, at)
      if at <= __now then return call('DEL', key) end
      return call('PEXPIREAT', key, string.format('%.0f', at + __hold))
    end
    local function set(at, key, ...)
      local reply = call('SET', key, ...)
      if at and reply and not reply.err then expire(key, at) end
      return reply
    end
    local function remaining(key, unit)
      local ttl = call('PTTL', key)
      if type(ttl) ~= 'number' then return ttl end
      if ttl > __hold / 2 then ttl = math.max(0, ttl - __hold) end
      if ttl < 0 or unit == 1 then return ttl end
      return math.floor((ttl + 500) / 1000)
    end
    return function(name, ...)
      local command, args = string.upper(tostring(name)), {...}
      if command == 'TTL' then return remaining(args[1], 1000) end
      if command == 'PTTL' then return remaining(args[1], 1) end
      if command == 'SET' and #args > 3 then
        local kept, at = {}, nil
        local i = 1
        while i <= #args do
          local option = i > 2 and string.upper(tostring(args[i])) or ''
          if units[option] then
            at = args[i + 1] * units[option] + (relative[option] and __now or 0)
            i = i + 2
          else
            kept[#kept + 1] = args[i]
            i = i + 1
          end
        end
        return set(at, unpack(kept))
      end
      if not seconds[command] or #args < 2 then return call(name, ...) end
      local at = args[2] * seconds[command] + (relative[command] and __now or 0)
      if command == 'SETEX' or command == 'PSETEX' then return set(at, args[1], args[3]) end
      return expire(args[1], at)
    end
  end
  return setmetatable({call = held(original.call), pcall = held(original.pcall)}, {__index = original})
end)(redis)
local __ok, __error = pcall(function(...)
`);

/**
 * Goes behind it. What the script returns, and an error that it ends with, are the affair of whoever ran it on the source,
 * where what it wrote before stands; an error that only the target has is told.
 */
const BEHIND = Buffer.from(`
end)
if not __ok then
  local text = type(__error) == 'table' and __error.err or tostring(__error)
  for _, word in ipairs({'OOM', 'READONLY', 'MISCONF', 'NOREPLICAS', 'NOPERM', 'NOAUTH', 'BUSY'}) do
    if string.find(text, '%f[%a]' .. word .. '%f[%A]') then error(text, 0) end
  end
end
return false`);

/**
 * Scripts of sources before 5.0, or of later ones with `lua-replicate-commands no`: these send the script itself, to be run
 * again, where later ones send what it did.
 */
export class HeldScripts {
  private readonly texts = new Map<string, Buffer>();

  /** What goes to the target for an EVAL or EVALSHA that the source ran at this time. */
  run(given: readonly Buffer[], ranAtMs: number, holdMs: number): readonly Words[] {
    const byHash = given[0]!.length === 'EVALSHA'.length;
    const text = byHash ? this.texts.get(given[1]!.toString('latin1').toLowerCase()) : given[1]!;
    // Known to the target only, from an earlier run of ours: it goes as it is.
    if (!text) return [given];
    const held = [
      'EVAL',
      Buffer.concat([BEFORE, text, BEHIND]),
      ...given.slice(2),
      String(ranAtMs),
      String(holdMs),
    ];
    if (byHash || !this.remember(text)) return [held];
    // After a restart of ours the source may name the script by its hash, which it thinks its replica to know.
    return [['SCRIPT', 'LOAD', text], held];
  }

  /** Takes note of a SCRIPT LOAD or SCRIPT FLUSH. */
  script(given: readonly Buffer[]): void {
    const subcommand = String(given[1]).toUpperCase();
    if (subcommand === 'LOAD' && given[2]) this.remember(given[2]);
    else if (subcommand === 'FLUSH') this.texts.clear();
  }

  /** @returns false for one that was known already */
  private remember(text: Buffer): boolean {
    const hash = createHash('sha1').update(text).digest('hex');
    if (this.texts.has(hash)) return false;
    if (this.texts.size >= MOST_SCRIPTS) this.texts.delete(this.texts.keys().next().value!);
    this.texts.set(hash, text);
    return true;
  }
}
