import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    // The others need no namespaces: `npm test` runs them.
    include: ['{installation,namespaces,traffic}.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 300_000,
    // Scenarios side by side: what two cores carry at 100 requests a second each.
    maxConcurrency: 3,
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, '../../node_modules/.cache/serin/reports/traffic.json') }]],
  },
})
