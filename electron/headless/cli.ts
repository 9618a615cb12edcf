import { CommanderError } from 'commander';
import { EXIT } from '../../shared/errors/catalogue.ts';
import { OutputEnd } from './cli/output-end.ts';
import { reportError } from './cli/report-error.ts';
import { usageError } from './cli/usage-error.ts';
import { createProgram } from './cli/usage/program.ts';

const output = new OutputEnd(process.stdout, process.stderr);
let status: number = EXIT.ok;
const program = createProgram({ output, finish: (ended) => (status = ended) });

/** Bad usage ends with a coded error like everything else. */
async function main(): Promise<number> {
  const json = process.argv.includes('--json');
  try {
    await program.parseAsync();
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      if (error.code === 'commander.help') {
        program.outputHelp();
        return EXIT.usage;
      }
      return reportError(usageError(error, process.argv.slice(2)), json);
    }
    // What stopped since nobody reads it has nothing more to say.
    return output.signal.aborted ? output.status : reportError(error, json);
  }
}

const ended = await Promise.race([main(), output.overdue()]);
if (output.error) reportError(output.error, false);
if (output.signal.aborted) process.exit(output.status);
process.exitCode = ended;
