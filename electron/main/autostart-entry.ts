/** Started with it the window stays away, where tasks may run without one. */
export const HIDDEN_SWITCH = '--hidden';

/** A desktop entry that starts this command with the session of its user. */
export const autostartEntry = (command: readonly string[]): string =>
  [
    '[Desktop Entry]',
    'Type=Application',
    'Name=Lockstep',
    'Comment=Keeps one Redis in step with another',
    `Exec=${[...command, HIDDEN_SWITCH].map(quoted).join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');

/** As the desktop entry specification quotes an argument, within a value in which a backslash is written twice and a % as well. */
function quoted(argument: string): string {
  const escaped = argument
    .replaceAll(/["`$\\]/g, '\\$&')
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '%%');
  return `"${escaped}"`;
}
