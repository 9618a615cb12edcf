import { foreseeEngine } from './fork-engine.ts';

// Reading the command line's modules and an engine's takes about as long, and each is a process of its own.
if (process.argv[2] === 'sync' && !process.argv.includes('--help')) foreseeEngine();
await import('./cli.ts');
