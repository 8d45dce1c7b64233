// Six kinds of tests: units; screens of the renderer; the test cluster itself; contracts with a real API server; faults of the
// connection to it; the real app.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const FAULTS = 'test/contract/fault-table.test.ts';
const CLUSTER = ['./test/cluster/global-setup.ts'];

export default defineConfig({
  // Renderer state (*.svelte.ts) holds runes, which the Svelte compiler turns into code.
  plugins: [svelte({ configFile: false })],
  test: {
    environment: 'node',
    restoreMocks: true,
    unstubEnvs: true,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/renderer/*.test.ts', 'test/cluster/**', 'test/contract/**', 'test/e2e/**'],
          // No limit on speed, only an end to what hangs: a busy machine is slow.
          testTimeout: 30_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'screens',
          include: ['test/renderer/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 600_000,
          // Each starts clusters of its own, which must be built first.
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          exclude: [FAULTS],
          globalSetup: CLUSTER,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: 'faults',
          include: [FAULTS],
          globalSetup: CLUSTER,
          testTimeout: 60_000,
          hookTimeout: 180_000,
          // Its rows run side by side: beside them, nothing else would get its turn.
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: CLUSTER,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // Windows compete for the machine's two cores.
          fileParallelism: false,
          sequence: { groupOrder: 6 },
        },
      },
    ],
  },
});
