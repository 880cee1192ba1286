/** The states of a task: it is to start, it has begun, it has ended (or never will begin). */
export const TASK_STATES = ['intended', 'running', 'over'] as const;

export type TaskState = (typeof TASK_STATES)[number];

/** How a state is stored: its place in the list. */
export const taskStateOf = (code: number): TaskState => TASK_STATES[code]!;
