import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{analysis,bench,controller,sandbox,web,test,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/cluster/**', 'test/traffic/{installation,traffic,namespaces}.test.ts'],
    testTimeout: 20_000,
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, 'node_modules/.cache/serin/reports/unit.json') }]],
  },
})
