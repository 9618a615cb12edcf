import { look, open, SYNTAX, type Handler } from './data-commands.ts';
import { Failure } from './resp.ts';

/** What commands do to sets: the tool keeps names in them (`Redis t_set.c`: learned from). */
export const SET_COMMANDS: Readonly<Record<string, Handler>> = {
  sadd: (ground, [key = '', ...members]) => {
    const set = open(ground, key, 'set', () => ({ kind: 'set', members: new Set() }));
    if (set instanceof Failure) return set;
    const before = set.members.size;
    for (const member of members) set.members.add(member);
    const added = set.members.size - before;
    if (added === 0) ground.noEffect();
    else ground.touch(key);
    return added;
  },
  sismember: (ground, [key = '', member = '']) => {
    const set = look(ground, key, 'set');
    return set instanceof Failure ? set : Number(set?.members.has(member) ?? false);
  },
  srem: (ground, [key = '', ...members]) => {
    const set = look(ground, key, 'set');
    if (set instanceof Failure) return set;
    const removed = set ? members.filter((member) => set.members.delete(member)).length : 0;
    if (removed === 0) ground.noEffect();
    else if (set?.members.size === 0) ground.delete(key);
    else ground.touch(key);
    return removed;
  },
  sunionstore: (ground, [to = '', ...keys]) => {
    const members = new Set<string>();
    for (const key of keys) {
      const set = look(ground, key, 'set');
      if (set instanceof Failure) return set;
      for (const member of set?.members ?? []) members.add(member);
    }
    if (members.size > 0) ground.set(to, { value: { kind: 'set', members }, expireAtMs: undefined });
    else if (ground.get(to)) ground.delete(to);
    else ground.noEffect();
    return members.size;
  },
  // All at once, as a server does with a set that is small.
  sscan: (ground, [key = '', , ...options]) => {
    if (options.length > 0 && (options.length !== 2 || options[0]!.toUpperCase() !== 'COUNT')) return SYNTAX;
    const set = look(ground, key, 'set');
    return set instanceof Failure ? set : ['0', [...(set?.members ?? [])]];
  },
};
