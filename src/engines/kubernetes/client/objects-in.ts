/**
 * JSON of the API server, without who changed which field (`managedFields`): nobody here reads that, and to make objects of it takes
 * as long as of all else. Throws for what is no JSON.
 */
export const objectsIn = (text: string): unknown => {
  const short = withoutManagers(text);
  try {
    return JSON.parse(short);
  } catch (error) {
    if (short === text) throw error;
    return JSON.parse(text);
  }
};

const BEGIN = ',"managedFields":[';
/** An API server writes members in the order of their types: these are the last of `metadata`. */
const END = ']},"spec":{';

/** Nothing within a string is taken for either: a quote there has a backslash before it. */
const withoutManagers = (text: string): string => {
  let [kept, at] = ['', 0];
  for (;;) {
    const begin = text.indexOf(BEGIN, at);
    const end = begin < 0 ? -1 : text.indexOf(END, begin);
    if (end < 0) return at === 0 ? text : kept + text.slice(at);
    kept += text.slice(at, begin);
    at = end + 1;
  }
};
