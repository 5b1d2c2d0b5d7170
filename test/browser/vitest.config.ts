import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, '../../node_modules/.cache/serin/reports/browser.json') }]],
  },
})
