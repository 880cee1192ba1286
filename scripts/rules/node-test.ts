/** What stands in for `node:test` while titles are read: it notes them and runs nothing. */
export const titles: string[] = [];

export const test = (title: string): void => {
  titles.push(title);
};
export const before = (): void => {};
export const after = (): void => {};
