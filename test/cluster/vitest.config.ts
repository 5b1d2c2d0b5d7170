import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    globalSetup: './globalSetup.ts',
    testTimeout: 60_000,
    // Real time on a busy machine: a second try, which the report names (retry x1), tells a slow machine from a defect.
    retry: 1,
    hookTimeout: 120_000,
    // One cluster for all: files run one after the other.
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, '../../node_modules/.cache/serin/reports/cluster.json') }]],
  },
})
