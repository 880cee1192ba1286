/**
 * How a person starts this program again. A checkout is not on the PATH; there `npx` alone would fetch whatever package
 * of this name a stranger has published.
 */
export const SELF = import.meta.url.endsWith('.ts') ? 'npx --no -- longshore' : 'longshore';
