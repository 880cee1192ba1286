import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../../test/tidy/sources.ts';
import type { Mutant } from './mutants.ts';

export type Outcome =
  | { readonly kind: 'killed'; readonly by: string }
  | { readonly kind: 'timed out' | 'refused by the compiler' | 'survived' };

/** How a command ended, and what it printed last. */
interface End {
  readonly kind: 'passed' | 'failed' | 'timed out';
  readonly said: string;
}

/** Tests of which none ends for so long hang: the slowest takes a tenth of it. */
const SILENT_MS = 90_000;

const UNTIL_FIRST = [process.execPath, 'scripts/mutate/first-failure.ts'];
/** What a mutant leaves unused is no reason to refuse it. */
const TYPES = ['node_modules/.bin/tsc', '--noUnusedLocals', 'false', '--noUnusedParameters', 'false'];
const PARTS = ['src', 'test', 'scripts', 'bench', 'bin', 'docs', 'package.json', 'tsconfig.json'];

/** A copy of the project in which one mutant after another is tried; the project's own folder is never written. */
export class Copy {
  readonly #root = mkdtempSync(join(tmpdir(), 'longshore-mutate-'));
  readonly #proven = new Set<string>();
  #running: ChildProcess | undefined;

  constructor() {
    for (const part of PARTS) cpSync(join(ROOT, part), join(this.#root, part), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(this.#root, 'node_modules'));
  }

  /** Tries a mutant against rings of tests, one after another, until a test fails. */
  async try(mutant: Mutant, rings: readonly (readonly string[])[]): Promise<Outcome> {
    for (const ring of rings) {
      const { kind, said } = await this.#changed(mutant, [...UNTIL_FIRST, ...ring]);
      if (kind === 'timed out') return { kind };
      if (kind === 'passed') continue;
      const [, file, name] = /^fail (\S+) (.*)$/m.exec(said) ?? [
        undefined,
        ring[0]!,
        'ends before its tests',
      ];
      await this.#prove(file!);
      return { kind: 'killed', by: `${file}: ${name}` };
    }
    const { kind } = await this.#changed(mutant, TYPES);
    return { kind: kind === 'failed' ? 'refused by the compiler' : 'survived' };
  }

  /** Ends what runs in it and removes it. */
  close(): void {
    this.#end();
    rmSync(this.#root, { recursive: true, force: true });
  }

  /** A test that fails without a mutant could kill none. */
  async #prove(file: string): Promise<void> {
    if (this.#proven.has(file)) return;
    const { kind, said } = await this.#run([...UNTIL_FIRST, file]);
    if (kind !== 'passed') throw new Error(`${file} ${kind} without a mutant: ${said}`);
    this.#proven.add(file);
  }

  async #changed(mutant: Mutant, command: readonly string[]): Promise<End> {
    const path = join(this.#root, mutant.path);
    const unchanged = readFileSync(path);
    writeFileSync(path, mutant.text);
    try {
      return await this.#run(command);
    } finally {
      writeFileSync(path, unchanged);
    }
  }

  #end(): void {
    const pid = this.#running?.pid;
    this.#running = undefined;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {}
  }

  /** Runs a command in a process group of its own, so that what it started ends with it. */
  #run([command, ...args]: readonly string[]): Promise<End> {
    return new Promise((done, fail) => {
      const child = spawn(command!, args, {
        cwd: this.#root,
        detached: true,
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      this.#running = child;
      let said = '';
      const end = (kind: End['kind']) => {
        clearTimeout(silence);
        this.#end();
        done({ kind, said });
      };
      const silence = setTimeout(() => end('timed out'), SILENT_MS);
      child.stdout.on('data', (chunk) => {
        said = `${said}${chunk}`.slice(-2000);
        silence.refresh();
      });
      child.on('error', fail);
      child.on('close', (code) => end(code === 0 ? 'passed' : 'failed'));
    });
  }
}
