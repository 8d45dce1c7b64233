// Writes what became of each test to the file that HEDGEROW_TEST_SUMMARY names, for the closing line of `npm test`.
import { writeFileSync } from 'node:fs';

function nameOf(test) {
  return `${test.module.relativeModuleId} > ${test.fullName}`;
}

// A module that does not load and a hook that throws fail without any test having failed.
function brokenParts(module) {
  const parts = module.errors().length > 0 ? [module.relativeModuleId] : [];
  for (const suite of module.children.allSuites()) {
    if (suite.errors().length > 0) parts.push(`${module.relativeModuleId} > ${suite.fullName} (set-up)`);
  }
  return parts;
}

/** For vitest's option `reporters`; writes { passed: number, failed: string[], skipped: string[] } as JSON. */
export default class SummaryReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const summary = { passed: 0, failed: [], skipped: [] };
    for (const module of modules) {
      summary.failed.push(...brokenParts(module));
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') summary.passed += 1;
        else if (state === 'skipped') summary.skipped.push(note ? `${nameOf(test)}: ${note}` : nameOf(test));
        else summary.failed.push(state === 'failed' ? nameOf(test) : `${nameOf(test)} (never ran)`);
      }
    }
    summary.failed.push(...unhandledErrors.map((error) => `an error outside of any test: ${error.message}`));
    writeFileSync(process.env.HEDGEROW_TEST_SUMMARY, JSON.stringify(summary));
  }
}
