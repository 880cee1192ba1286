import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Timers } from '../../lib/clock.ts';
import { HELPER_SCRIPT, SHIM_SCRIPT } from './shell-scripts.ts';
import { startDetached } from './start-detached.ts';

/** How soon a full pipe, or a helper that is just beginning, is tried again. */
const RETRY_MILLISECONDS = 5;
const GIVE_UP_AFTER = 400;
/** How soon a helper whose folder was deleted ends. */
const LOOK_SECONDS = 30;

/**
 * The server's end of the helper: orders go in by one FIFO, events come out of another. A helper is alive exactly when
 * the orders' FIFO has a reader; then it is used, whoever started it, else one is started.
 */
export class Helper {
  private readonly folder: string;
  private readonly tasks: string;
  private readonly bootId: string;
  private readonly timers: Timers;
  private readonly groups: string | undefined;
  private events: Socket | undefined;
  private orders: number | undefined;
  private queue: string[] = [];
  private tries = 0;
  private retrying = false;
  private died = false;
  private closed = false;

  /** `groups`: where the tasks' memory cgroups are; they go with a deleted data folder. */
  constructor(dataDir: string, bootId: string, timers: Timers, groups: string | undefined) {
    this.groups = groups;
    this.folder = join(dataDir, 'helper');
    this.tasks = join(dataDir, 'tasks');
    this.bootId = bootId;
    this.timers = timers;
  }

  /** `onEvent` hears the lines of each read, in order. */
  open(onEvent: (lines: readonly string[]) => void): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    for (const name of ['orders', 'events']) {
      const path = join(this.folder, name);
      if (!existsSync(path)) execFileSync('mkfifo', ['-m', '600', path]);
    }
    this.leaveStranger();
    this.install('helper.sh', HELPER_SCRIPT);
    this.install('shim.sh', SHIM_SCRIPT);
    const fd = openSync(join(this.folder, 'events'), constants.O_RDWR | constants.O_NONBLOCK);
    this.events = new Socket({ fd, readable: true, writable: false });
    let rest = '';
    this.events.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop()!;
      onEvent(lines);
    });
    this.events.on('error', () => {});
  }

  /** A helper that began where other groups were has no way into ours: tasks go on without it. */
  private leaveStranger(): void {
    const path = join(this.folder, 'groups');
    const groups = this.groups ?? '';
    if (existsSync(path) && readFileSync(path, 'utf8') === groups) return;
    this.write('q\n');
    writeFileSync(path, groups);
  }

  /** A shell may be reading the old text: it is replaced at once, and only for another. */
  private install(name: string, script: string): void {
    const path = join(this.folder, name);
    if (existsSync(path) && readFileSync(path, 'utf8') === script) return;
    writeFileSync(`${path}.new`, script);
    renameSync(`${path}.new`, path);
  }

  /** Whether a helper died since this was last asked: orders it had not read are lost. */
  hasDied(): boolean {
    const died = this.died || !this.hasReader();
    this.died = false;
    return died;
  }

  /** Whether the kernel has taken all orders. */
  hasHandedOver(): boolean {
    return this.queue.length === 0;
  }

  private hasReader(): boolean {
    try {
      closeSync(openSync(join(this.folder, 'orders'), constants.O_WRONLY | constants.O_NONBLOCK));
      return true;
    } catch {
      return false;
    }
  }

  /** Hands over one order; it is repeated by whoever finds it undone. At most 4,096 bytes: then it arrives whole. */
  order(line: string): void {
    this.queue.push(`${line}\n`);
    this.flush();
  }

  private flush(): void {
    while (this.queue.length > 0 && !this.closed) {
      const outcome = this.write(this.queue[0]!);
      if (outcome === 'done') {
        this.queue.shift();
        this.tries = 0;
        continue;
      }
      if (outcome === 'nobody' && this.tries === 0) this.startHelper();
      if (++this.tries > GIVE_UP_AFTER) this.tries = 0;
      if (this.tries !== 1 && this.retrying) return;
      this.retrying = true;
      this.timers.after(RETRY_MILLISECONDS, () => {
        this.retrying = false;
        this.flush();
      });
      return;
    }
  }

  private write(line: string): 'done' | 'full' | 'nobody' {
    try {
      if (this.orders === undefined) {
        this.orders = openSync(join(this.folder, 'orders'), constants.O_WRONLY | constants.O_NONBLOCK);
        // ends a line that somebody left torn
        writeSync(this.orders, '\n');
      }
      writeSync(this.orders, line);
      return 'done';
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return 'full';
      if (code !== 'ENXIO' && code !== 'EPIPE') throw error;
      if (this.orders !== undefined) {
        closeSync(this.orders);
        this.died = true;
      }
      this.orders = undefined;
      return 'nobody';
    }
  }

  private startHelper(): void {
    startDetached([
      join(this.folder, 'helper.sh'),
      this.tasks,
      join(this.folder, 'orders'),
      join(this.folder, 'events'),
      this.bootId,
      join(this.folder, 'shim.sh'),
      join(this.folder, 'lock'),
      String(LOOK_SECONDS),
      this.groups ?? '',
    ]);
  }

  /** Lets go of the helper; with `quit` it ends too. */
  close(quit: boolean): void {
    if (this.closed) return;
    if (quit) this.write('q\n');
    this.closed = true;
    if (this.orders !== undefined) closeSync(this.orders);
    this.events?.destroy();
  }
}
