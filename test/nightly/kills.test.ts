import { testKills } from '../support/kills.ts';

testKills(Number(process.env['LOCKSTEP_KILLS'] ?? 40));
