import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { BatchClient } from '@aws-sdk/client-batch';
import { spawnCli } from '../support/cli.ts';

/** The server that is killed and started again, always on one port over one folder. */
export class Victim {
  readonly dataDir: string;
  readonly client: BatchClient;
  private readonly port: number;
  private child: ChildProcess | undefined;
  private output = '';

  constructor(dataDir: string, port: number) {
    this.dataDir = dataDir;
    this.port = port;
    this.client = new BatchClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAKILLTEST', secretAccessKey: 'the-secret-of-the-kill-test' },
      // a request whose answer was lost may have been done: nobody here repeats one
      maxAttempts: 1,
    });
  }

  start(): void {
    const env = {
      LONGSHORE_ACCESS_KEY_ID: 'AKIAKILLTEST',
      LONGSHORE_SECRET_ACCESS_KEY: 'the-secret-of-the-kill-test',
    };
    const args = ['serve', '--port', String(this.port), '--data', this.dataDir];
    this.child = spawnCli([...args, '--capacity', 'vcpus=8,memory=16GiB'], { env });
    const hear = (text: string) => {
      this.output += text;
    };
    this.output = '';
    this.child.stdout?.setEncoding('utf8').on('data', hear);
    this.child.stderr?.setEncoding('utf8').on('data', hear);
  }

  /** What the server said since it was started. */
  said(): string {
    return this.output;
  }

  listens(): boolean {
    if (this.child?.exitCode !== null) throw new Error(`the server ended by itself:\n${this.output}`);
    return this.output.includes('listens on');
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.child!;
    if (child.exitCode !== null) throw new Error(`the server ended by itself:\n${this.output}`);
    const gone = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await gone;
  }
}

/** Processes that name the folder in their command line or environment, but our own. */
export const processesOver = (folder: string): { pid: number; command: string }[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => ['cmdline', 'environ'].some((file) => read(`/proc/${pid}/${file}`).includes(folder)))
    .map((pid) => ({ pid: Number(pid), command: read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') }));

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
