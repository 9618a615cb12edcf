import type { Command } from 'commander';
import { once } from '../usage-error.ts';
import { ADDRESS, ADDRESS_MAP, SENTINEL_USER } from './texts.ts';

/** Gives a command that looks at one pair the options that say which, and how it is reached. */
export const addSides = (command: Command): Command =>
  command
    .option('--source <url>', ADDRESS, once('--source'))
    .option('--target <url>', 'the same for the target', once('--target'))
    .option('--source-sentinel-user <name>', SENTINEL_USER)
    .option('--target-sentinel-user <name>', 'the same for the target')
    .option('--address-map <list>', ADDRESS_MAP, once('--address-map'))
    .option('--source-address-map <list>', 'the same for the source alone', once('--source-address-map'))
    .option('--target-address-map <list>', 'the same for the target alone', once('--target-address-map'));
