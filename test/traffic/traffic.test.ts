import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Environment, startEnvironment } from './environment.ts'
import { tellWithTraffic } from './scenario.ts'
import { byEvidence } from './scenarios/byEvidence.ts'
import { byWeights } from './scenarios/byWeights.ts'

const PATIENCE_MS = 600_000

/** Each scenario in a namespace of its own, several at a time; the longest first. */
describe.concurrent('with real traffic', () => {
  let environment: Environment
  beforeAll(async () => {
    environment = await startEnvironment()
    console.log('ready after (ms)', JSON.stringify(environment.took))
  })
  afterAll(() => environment?.stop())
  for (const scenario of [...byEvidence, ...byWeights])
    test(scenario.name, { timeout: PATIENCE_MS }, () => tellWithTraffic(environment, scenario))
})
