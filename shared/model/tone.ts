/** The colours with a meaning, as in theme.css. */
export type Tone = 'good' | 'work' | 'calm' | 'warn' | 'bad';
