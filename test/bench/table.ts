/** The table that the bench prints, in Markdown. */

/** One printed line: a figure, the floor it is compared with, and the budget. */
export interface BenchRow {
  readonly what: string;
  readonly figure: string;
  readonly floor: string;
  readonly ratio: string;
  readonly budget: string;
}

/** The rows as a Markdown table. */
export function formatTable(rows: readonly BenchRow[]): string {
  const head = '| what | figure | floor in the same run | against it | budget |\n|---|---|---|---|---|\n';
  return (
    head +
    rows
      .map((row) => `| ${row.what} | ${row.figure} | ${row.floor} | ${row.ratio} | ${row.budget} |\n`)
      .join('')
  );
}
