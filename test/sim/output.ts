import type { ReadRequest, TimedEvent } from '../../src/output/output.ts';

interface Line {
  readonly message: string;
  readonly time: number;
}

/** What tasks print, in memory. A line is a byte long: offsets count lines. */
export class Output {
  private readonly lines = new Map<string, Line[]>();

  print(taskId: string, message: string, time: number): void {
    const known = this.lines.get(taskId);
    if (known) known.push({ message, time });
    else this.lines.set(taskId, [{ message, time }]);
  }

  follow(_taskId: string): void {}
  ended(_taskId: string): void {}
  close(): void {}
  pathOf(taskId: string): string {
    return taskId;
  }
  size(taskId: string): number {
    return this.lines.get(taskId)?.length ?? 0;
  }
  span(taskId: string): { first: number; last: number } | undefined {
    const lines = this.lines.get(taskId);
    return lines && { first: lines[0]!.time, last: lines.at(-1)!.time };
  }
  remove(taskId: string): void {
    this.lines.delete(taskId);
  }
  tasks(): IterableIterator<string> {
    return this.lines.keys();
  }

  read(taskId: string, request: ReadRequest): { events: TimedEvent[]; begin: number; end: number } {
    const all = this.lines.get(taskId) ?? [];
    const from = Math.min(request.from, all.length);
    const [begin, end] =
      request.direction === 'forward'
        ? [from, Math.min(all.length, from + request.limit)]
        : [Math.max(0, from - request.limit), from];
    const events = all.slice(begin, end).map(({ message, time }, at) => ({
      message,
      time,
      begin: begin + at,
      end: begin + at + 1,
    }));
    return { events, begin, end };
  }
}
