/** Characters: an answer may hold a whole page of a proxy. */
const LONGEST = 1000;

/** What tasks wait for whose pods are not made yet, for people. */
export class WaitReasons {
  private readonly byTask = new Map<string, string>();

  note(taskId: string, why: string): void {
    this.byTask.set(taskId, [...why].slice(0, LONGEST).join(''));
  }

  forget(taskId: string): void {
    this.byTask.delete(taskId);
  }

  of(taskId: string): string | undefined {
    return this.byTask.get(taskId);
  }
}
