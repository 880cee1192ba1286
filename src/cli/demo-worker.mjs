// The demo's jobs. `count INPUT OUT`: one child's share of the files, counted, into OUT/share-INDEX.json.
// `report INPUT OUT`: all shares together, into OUT/report.txt.
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';

const [part, input, out] = process.argv.slice(2);

const LANGUAGES = {
  '.js': 'JavaScript', '.mjs': 'JavaScript', '.cjs': 'JavaScript', '.ts': 'TypeScript', '.mts': 'TypeScript',
  '.cts': 'TypeScript', '.json': 'JSON', '.md': 'Markdown', '.c': 'C', '.h': 'C', '.cc': 'C++', '.cpp': 'C++',
  '.hpp': 'C++', '.py': 'Python', '.sh': 'Shell', '.css': 'CSS', '.html': 'HTML', '.yml': 'YAML', '.map': 'Source maps',
};

/** What a child holds of a file at a time: files are larger than its memory, too. */
const slice = Buffer.alloc(1 << 16);

/** Lines and bytes of a file; undefined when it cannot be read: gone by now, closed to us, or of a name that is no text. */
const measure = (path) => {
  let file;
  try {
    file = openSync(path);
    let [lines, bytes] = [0, 0];
    for (let n = readSync(file, slice); n > 0; n = readSync(file, slice)) {
      bytes += n;
      for (let at = slice.indexOf(10); at >= 0 && at < n; at = slice.indexOf(10, at + 1)) lines++;
    }
    return { lines, bytes };
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
};

const files = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

const add = (sums, language, lines, bytes) => {
  const sum = (sums[language] ??= { files: 0, lines: 0, bytes: 0 });
  sum.files++;
  sum.lines += lines;
  sum.bytes += bytes;
};

const count = () => {
  const index = Number(process.env.AWS_BATCH_JOB_ARRAY_INDEX);
  const size = Number(process.env.AWS_BATCH_JOB_ARRAY_SIZE);
  const sums = {};
  let largest = { path: '', bytes: -1 };
  const share = files(input).filter((_, at) => at % size === index);
  const unread = [];
  for (const path of share) {
    const measured = measure(path);
    if (!measured) {
      unread.push(relative(input, path));
      continue;
    }
    add(sums, LANGUAGES[extname(path)] ?? 'other', measured.lines, measured.bytes);
    if (measured.bytes > largest.bytes) largest = { path: relative(input, path), bytes: measured.bytes };
  }
  writeFileSync(join(out, `share-${index}.json`), JSON.stringify({ sums, largest, unread }));
  console.log(`child ${index} of ${size}: ${share.length} files`);
};

const report = () => {
  const total = {};
  const unread = [];
  let largest = { path: '', bytes: -1 };
  for (const name of readdirSync(out).filter((file) => /^share-\d+\.json$/.test(file))) {
    const share = JSON.parse(readFileSync(join(out, name), 'utf8'));
    if (share.largest.bytes > largest.bytes) largest = share.largest;
    unread.push(...share.unread);
    for (const [language, sum] of Object.entries(share.sums)) {
      const all = (total[language] ??= { files: 0, lines: 0, bytes: 0 });
      for (const member of ['files', 'lines', 'bytes']) all[member] += sum[member];
    }
  }
  const rows = Object.entries(total).sort(([, a], [, b]) => b.bytes - a.bytes);
  const cell = (value, width) => value.toLocaleString('en-US').padStart(width);
  const lines = rows.map(([name, s]) => `${name.padEnd(14)}${cell(s.files, 9)}${cell(s.lines, 13)}${cell(s.bytes, 16)}`);
  const head = `${'language'.padEnd(14)}${'files'.padStart(9)}${'lines'.padStart(13)}${'bytes'.padStart(16)}`;
  const last = [`largest: ${largest.path} (${largest.bytes.toLocaleString('en-US')} bytes)`];
  if (unread.length > 0) last.push(`not read: ${unread.length}, such as ${unread[0]}`);
  const text = ['', head, ...lines, ...last].join('\n');
  writeFileSync(join(out, 'report.txt'), text);
  console.log(text);
};

if (part === 'count') count();
else report();
