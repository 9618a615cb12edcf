import { createHash } from 'node:crypto';
import { REMOVE_KEPT } from '../../commands/remove-kept.ts';
import { command } from '../../protocol/resp/encode.ts';
import { planOf } from './batch-plan.ts';

/** What the reply begins with where the lane is another's, or stands elsewhere. */
export const STALE = 'LOCKSTEPSTALE';
/** … where one of the commands failed. */
export const FAILED = 'LOCKSTEPFAILED';
/** … where all stand, later than the deadline. */
export const LATE = 'LOCKSTEPLATE';

/** An end of a command that no offset belongs to: what has it may be run again from where its batch began. */
export const NO_END = -1;

/** What the plan of a batch ends with that selects databases: without it the script leaves out what only such a batch needs. */
export const SELECTS = 0;

/**
 * Applies a batch of one lane and its offset in one step of the server. KEYS: the lane's checkpoint; the keys of the commands are
 * not declared, so that they may lie in any slot of the node. ARGV: owner, epoch, the offset that the lane stands at, the one that
 * it stands at afterwards, the deadline (Unix ms of the server's clock, 0 for none), a plan (batch-plan.ts), and the words of all
 * commands. The plan has of each command how many words it has and where it ends, counted from the lane's offset (the same for all
 * that one command of the source became, NO_END where none tells). One number more at its end says that a command selects a database.
 *
 * The first that fails ends it, and the lane's offset is the end of the last one before it that stands whole. A first write that
 * only removes may be run without room, and so may what follows it: the offset can be noted there too.
 *
 * One of the commands is none of the server's (REMOVE_KEPT): a key of the target's own goes with its name, if it still is one. It never has
 * an end, so no other command is looked at for it.
 *
 * What a lane is told late by is noted in its checkpoint (`earliestExpiry`), since all of it stands.
 */
export const APPLY_SCRIPT = `if redis.replicate_commands then redis.replicate_commands() end
local lane=KEYS[1]
local stand=redis.call('HMGET',lane,'owner','epoch','offset')
if stand[1]~=ARGV[1] or stand[2]~=ARGV[2] or stand[3]~=ARGV[3] then
return redis.error_reply('${STALE} '..tostring(stand[1])..' '..tostring(stand[2])..' '..tostring(stand[3]))
end
local call,unpack,type,argv,plan=redis.pcall,unpack,type,ARGV,cmsgpack.unpack(ARGV[6])
local at,whole,group,words,failed=7,0,${NO_END},0,nil
for step=1,#plan-1,2 do
local ends=plan[step+1]
words=plan[step]
if ends~=group then
if group>whole then whole=group end
group=ends
end
local reply
if ends==${NO_END} and argv[at]=='${REMOVE_KEPT}' then
reply=call('SREM',argv[at+1],argv[at+2])
if reply==1 then reply=call('DEL',argv[at+2]) end
else
reply=call(unpack(argv,at,at+words-1))
end
if type(reply)=='table' and reply.err then failed=reply.err break end
at=at+words
end
if #plan%2==1 then redis.call('SELECT','0') end
if failed then
local offset=string.format('%.0f',tonumber(ARGV[3])+whole)
if whole>0 then redis.call('HSET',lane,'offset',offset) end
local what=argv[at]
if words>1 then what=what..' '..string.sub(argv[at+1],1,100) end
what=string.gsub(what,'[^ -~]',function(c) return string.format('\\\\x%02x',string.byte(c)) end)
return redis.error_reply('${FAILED} '..offset..'\\t'..string.sub(what,1,120)..'\\t'..string.gsub(failed,'[\\r\\n]',' '))
end
if #plan==0 then redis.call('HDEL',lane,'') end
redis.call('HSET',lane,'offset',ARGV[4])
if ARGV[5]~='0' then
local time=redis.call('TIME')
local late=time[1]*1000+math.floor(time[2]/1000)-tonumber(ARGV[5])
if late>0 then
redis.call('HSET',lane,'earliestExpiry','1')
return redis.error_reply('${LATE} by '..string.format('%.0f',late)..' ms')
end end
return redis.status_reply('OK')`;

export const APPLY_SHA = createHash('sha1').update(APPLY_SCRIPT).digest('hex');

/** A command of a batch: its words, and where in the stream it ends. */
export interface LaneCommand {
  readonly words: readonly (string | Buffer)[];
  readonly end: number;
}

/** One call of the script. */
export interface LaneCall {
  /** The lane's checkpoint. */
  readonly key: string | Buffer;
  readonly owner: string;
  readonly epoch: number;
  /** The offset that the lane stands at, and the one afterwards. */
  readonly expected: number;
  readonly end: number;
  readonly commands: readonly LaneCommand[];
  /** One of them selects a database. */
  readonly selects?: boolean;
}

/** What comes behind EVAL and the text, or EVALSHA and its hash. For calls that are not on the data path. */
export function applyArguments({
  key,
  owner,
  epoch,
  expected,
  end,
  commands,
  selects = false,
}: LaneCall): (string | Buffer)[] {
  return [
    '1',
    key,
    owner,
    String(epoch),
    String(expected),
    String(end),
    '0',
    planOf([
      ...commands.flatMap(({ words, end: ends }) => [
        words.length,
        ends === NO_END ? NO_END : ends - expected,
      ]),
      ...(selects ? [SELECTS] : []),
    ]),
    ...commands.flatMap(({ words }) => words),
  ];
}

/** The same as one command. */
export const applyCall = (call: LaneCall): Buffer => command('EVAL', APPLY_SCRIPT, ...applyArguments(call));
