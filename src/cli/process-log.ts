import { pino } from 'pino';
import type { Log } from '../lib/log.ts';

/** The server's own log: JSON lines on stderr, warnings and worse unless LONGSHORE_LOG says otherwise. */
export const processLog = (): Log =>
  pino({ level: process.env.LONGSHORE_LOG ?? 'warn', base: null }, pino.destination({ dest: 2, sync: true }));
