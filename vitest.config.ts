import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{analysis,bench,controller,sandbox,web,test,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/cluster/**', 'test/browser/**', 'test/traffic/{installation,traffic,namespaces}.test.ts'],
    testTimeout: 20_000,
    // All cores: left to itself vitest keeps one of them free, which is half of a small machine.
    maxWorkers: '100%',
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, 'node_modules/.cache/serin/reports/unit.json') }]],
  },
})
