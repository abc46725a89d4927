/**
 * The first table of a benchmark in RESULTS.md.
 *
 * @param {string} results content of the page
 * @param {string} benchmark name, as `npm run bench` takes it
 * @returns {{ label: string, cells: Record<string, string> }[]} rows, with their cells by the column
 */
export function tableOf(results, benchmark) {
  const section = (results.split(`\`npm run bench -- ${benchmark}\``)[1] ?? '').split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  const [header = [], , ...rows] = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return rows.map((row) => ({
    label: row[0] ?? '',
    cells: Object.fromEntries(header.map((column, index) => [column, row[index] ?? ''])),
  }));
}
