import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { expect, onTestFinished, test } from 'vitest';
import { bashScript } from '../../../../../electron/headless/cli/completion/bash.ts';
import { fishScript } from '../../../../../electron/headless/cli/completion/fish.ts';
import { wordsOf } from '../../../../../electron/headless/cli/completion/words.ts';
import { zshScript } from '../../../../../electron/headless/cli/completion/zsh.ts';

function program(): Command {
  const root = new Command('lockstep').version('1', '--version').helpCommand(false);
  root
    .command('sync')
    .description("the target's copy: $(rm) `x`")
    .option('--until <moment>', 'caught-up or stopped: when to end')
    .option('--buffer-dir <folder>', 'where')
    .option('--json', 'as JSON');
  root.command('tasks').helpCommand(false).command('list').option('--json', 'as JSON');
  return root;
}

/** What bash offers for the last of the words. */
function offered(...words: string[]): string[] {
  const script = `${bashScript(wordsOf(program()))}
COMP_WORDS=(lockstep ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_lockstep; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync('bash', ['-c', script], { encoding: 'utf8', cwd: import.meta.dirname });
  return printed.split('\n').filter((word) => word !== '');
}

test.each([
  [['']],
  [['s'], 'sync'],
  [['sync', '--'], '--until', '--buffer-dir', '--json', '--help'],
  [['sync', '--json', '--un'], '--until'],
  [['sync', '--until', ''], 'caught-up', 'stopped'],
  [['sync', '--until', 's'], 'stopped'],
  [['sync', '--buffer-dir', '']],
  [['tasks', ''], 'list', '--help'],
  [['tasks', 'list', '--j'], '--json'],
] as [string[], ...string[]][])('bash offers after %j', (words, ...expected) => {
  expect(offered(...words)).toEqual(words[0] === '' ? ['sync', 'tasks', '--version', '--help'] : expected);
});

test('every script knows every command and option, and has nothing in it that a shell would run', () => {
  const words = wordsOf(program());
  for (const script of [bashScript(words), zshScript(words), fishScript(words)]) {
    for (const { path: of, options } of words) {
      expect(script).toContain(of);
      for (const { name } of options) expect(script).toContain(name.slice(2));
    }
    expect(script).not.toMatch(/\$\(rm\)|`/);
  }
});

test('bash takes its script, and so do the other shells where they are', () => {
  const words = wordsOf(program());
  const scripts = { bash: bashScript(words), zsh: zshScript(words), fish: fishScript(words) };
  const here = Object.entries(scripts).filter(([shell]) => isHere(shell));
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-completion-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [shell, script] of here) {
    const file = path.join(folder, shell);
    writeFileSync(file, script);
    execFileSync(shell, ['-n', file]);
  }

  expect(here.map(([shell]) => shell)).toContain('bash');
});

function isHere(shell: string): boolean {
  try {
    execFileSync('which', [shell], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
