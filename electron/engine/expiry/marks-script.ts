import { GRID_MS, MARKS } from '../../../shared/model/lateness.ts';
import type { Lateness } from './late-expiry.ts';

/**
 * What `shared/model/lateness.ts` does, for scripts inside the target: defines `marks(call, lateness)`, which returns
 * - `written(at)`: a true time as it is to be written; `truth(at)`: the true time behind one that was read;
 * - `far(at)`: whether a time is further away than the long bound;
 * - `read(key)`: the expiry of a key as it stands, in Unix ms; a negative number as PTTL has it.
 * `lateness` is what `latenessArgument` makes. Numbers that a double does not hold exactly are left alone.
 */
export const MARKS_SCRIPT = `local function marks(call, lateness)
  local bound, small, long, horizon = string.match(lateness, '^(%a+):(%d+):(%d+):(%d+)$')
  small, long, horizon = tonumber(small), tonumber(long), tonumber(horizon)
  local amount = bound == 'small' and small + ${MARKS.small} or long + ${MARKS.long}
  local own = {}
  function own.truth(at)
    if at > 9007199254740991 then return at end
    local mark = at % ${GRID_MS}
    if mark == ${MARKS.small} then return at - mark - small end
    if mark == ${MARKS.long} then return at - mark - long end
    return at
  end
  function own.written(at)
    if at > 9007199254740991 then return at end
    if bound == 'exact' or at > horizon then
      local mark = at % ${GRID_MS}
      return (mark == ${MARKS.small} or mark == ${MARKS.long}) and at + 1 or at
    end
    return math.ceil(at / ${GRID_MS}) * ${GRID_MS} + amount
  end
  function own.far(at) return at > horizon end
  function own.text(at) return string.format('%.0f', at) end
  local function clock()
    local time = call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
  end
  function own.read(key)
    local at = redis.pcall('PEXPIRETIME', key)
    if type(at) == 'number' then return at end
    -- Before 3.2 a script that has asked for the time may write no more: about when, as late as is written now.
    if not redis.replicate_commands and not redis.setresp then
      local remaining = call('PTTL', key)
      if remaining < 0 or bound == 'exact' then return remaining end
      return math.floor((horizon - long + remaining) / ${GRID_MS}) * ${GRID_MS} + amount % ${GRID_MS}
    end
    -- Before 7.0 the time that remains tells the expiry exactly when the clock stood still around it.
    local before, remaining
    for _ = 1, 1000 do
      before = clock()
      remaining = call('PTTL', key)
      if type(remaining) ~= 'number' or remaining < 0 then return remaining end
      if clock() == before then break end
    end
    return before + remaining
  end
  return own
end
`;

/** What `marks` takes. */
export function latenessArgument({ bound, amounts, horizonMs }: Lateness): string {
  return [
    bound,
    amounts.smallMs,
    amounts.longMs,
    Math.min(Math.max(0, Math.floor(horizonMs)), Number.MAX_SAFE_INTEGER),
  ].join(':');
}
