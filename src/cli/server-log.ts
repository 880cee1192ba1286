import { pino } from 'pino';
import type { Log } from '../lib/logger.ts';

/** The server's own log: JSON lines on stderr, of this level and worse unless LONGSHORE_LOG says otherwise. */
export const processLog = (level: 'info' | 'warn' = 'info'): Log =>
  pino({ level: process.env.LONGSHORE_LOG || level, base: null }, pino.destination({ dest: 2, sync: true }));
