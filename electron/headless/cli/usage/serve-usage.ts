import type { Command } from 'commander';
import type { ServeFlags } from '../../serve/serve-options.ts';
import type { CliContext } from './context.ts';

/** `lockstep serve`. */
export function addServe(program: Command, context: CliContext): void {
  const { output, finish } = context;
  program
    .command('serve')
    .description('serve the page of the application to browsers of this machine, by a link that works once')
    .option('--port <n>', 'port to listen on (default: 7600, or any if that is taken)')
    .option('--host <address>', '127.0.0.1, ::1 or localhost', '127.0.0.1')
    .option('--data-dir <folder>', 'where tasks and settings are kept (default: ~/.config/lockstep/browser)')
    .option(
      '--metrics <address>',
      'tell metrics at this address too, without a token, such as 127.0.0.1:9121',
    )
    .action(async (flags: ServeFlags) => {
      // It serves browsers, whoever reads its terminal.
      output.ignore();
      // Only here: what it keeps its files with raises every signal a second time, which for `sync` means to stop at once.
      const { serveCommand } = await import('../../serve/serve-command.ts');
      finish(await serveCommand(flags));
    });
}
