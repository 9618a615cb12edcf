import { STALE } from './apply-script.ts';

/**
 * Empties a node but for keys of the tool's own, while its lanes stand still; it may be done again. KEYS: the checkpoint of one of the lanes.
 * ARGV: its owner and offset, ASYNC or SYNC or '', and the keys that stay.
 */
export const FLUSH_SCRIPT = `if redis.replicate_commands then redis.replicate_commands() end
local stand = redis.call('HMGET', KEYS[1], 'owner', 'offset')
if stand[1] ~= ARGV[1] or stand[2] ~= ARGV[2] then
  return redis.error_reply('${STALE} ' .. tostring(stand[1]) .. ' ' .. tostring(stand[2]))
end
local held = {}
for i = 4, #ARGV do
  local value = redis.call('DUMP', ARGV[i])
  if value then held[#held + 1] = {ARGV[i], math.max(redis.call('PTTL', ARGV[i]), 0), value} end
end
if ARGV[3] == '' then redis.call('FLUSHDB') else redis.call('FLUSHDB', ARGV[3]) end
for _, one in ipairs(held) do redis.call('RESTORE', one[1], one[2], one[3]) end
return redis.status_reply('OK')`;
