/** What a task is: written down to be started, begun, over. Stored by its place in the list. */
export const TASK_STATES = ['intended', 'running', 'stopped'] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const taskStateOf = (code: number): TaskState => TASK_STATES[code]!;

/** Whether a task's row says that it is over. */
export const isOver = ({ state }: { readonly state: number }): boolean => taskStateOf(state) === 'stopped';
