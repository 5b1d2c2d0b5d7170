import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** They look at a cluster as it comes; the others install Serin on it, with policies and rights. */
const first = ['conformance', 'ownKinds']

class UntouchedFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const late = ({ moduleId }: TestSpecification) => (first.some((name) => moduleId.endsWith(`/${name}.test.ts`)) ? 0 : 1)
    return files.sort((one, other) => late(one) - late(other) || one.moduleId.localeCompare(other.moduleId))
  }
}

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
    sequence: { sequencer: UntouchedFirst },
    reporters: ['default', ['json', { outputFile: join(import.meta.dirname, '../../node_modules/.cache/serin/reports/cluster.json') }]],
  },
})
