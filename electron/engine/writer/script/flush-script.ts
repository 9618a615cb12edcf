import { WHOLE } from '../../checkpoint/kept-slots.ts';
import { STALE } from './apply-script.ts';

/**
 * Empties a node but for keys of the tool's own, while its lanes stand still; it may be done again. KEYS: the checkpoint of one of the lanes.
 * ARGV: its owner and offset, ASYNC or SYNC or '', the database where it is another than that of the checkpoint, how many sets of kept names
 * the task has there, these, and the keys that stay. The names go with their keys, and the sets are as whole as they were: that they are empty
 * is known by that.
 */
export const FLUSH_SCRIPT = `if redis.replicate_commands then redis.replicate_commands() end
local stand = redis.call('HMGET', KEYS[1], 'owner', 'offset')
if stand[1] ~= ARGV[1] or stand[2] ~= ARGV[2] then
  return redis.error_reply('${STALE} ' .. tostring(stand[1]) .. ' ' .. tostring(stand[2]))
end
if ARGV[4] ~= '' then redis.call('SELECT', ARGV[4]) end
local held, whole, last = {}, {}, 5 + tonumber(ARGV[5])
for i = 6, last do
  if redis.call('SISMEMBER', ARGV[i], '${WHOLE}') == 1 then whole[#whole + 1] = ARGV[i] end
end
for i = last + 1, #ARGV do
  local value = redis.call('DUMP', ARGV[i])
  if value then held[#held + 1] = {ARGV[i], math.max(redis.call('PTTL', ARGV[i]), 0), value} end
end
if ARGV[3] == '' then redis.call('FLUSHDB') else redis.call('FLUSHDB', ARGV[3]) end
for _, set in ipairs(whole) do redis.call('SADD', set, '${WHOLE}') end
for _, one in ipairs(held) do redis.call('RESTORE', one[1], one[2], one[3]) end
return redis.status_reply('OK')`;
