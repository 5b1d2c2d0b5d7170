import { expect, test } from 'vitest'
import { kinds } from './kinds.ts'
import { reference } from './reference.ts'

const page = reference(kinds)
const row = (field: string) => page.split('\n').find((line) => line.startsWith(`| \`${field}\` |`))

test('every field has its type, default and meaning', () => {
  expect(row('keepOld')).toBe(
    '| `keepOld` | duration | `30s` | How long the previous version stays warm after a promotion, for an undo that starts no pod. |',
  )
  expect(row('canary.ramp.weights')).toContain('| list (1 to 20) of integer (0 to 100) | `[1,5,25,50]` |')
  expect(row('workload.name')).toContain('| **required** |')
})

test('what does not act yet says so and is not opened', () => {
  expect(row('windows')).toContain('*Not yet*: runs start at any time')
  expect(row('windows[].schedule')).toBeUndefined()
})

test('every kind has its part, and says where its objects are', () => {
  for (const { kind } of kinds) expect(page).toContain(`## ${kind}\n`)
  expect(row('metrics[].ratio.bad')).toContain('Counters of bad events')
  expect(row('datadog.apiKeyRef')).toBe('| `datadog.apiKeyRef` | `{name, key}` of a Secret | **required** | The API key. |')
  expect(row('datadog.apiKeyRef.name')).toBeUndefined()
  expect(page).toContain('Its fields, and what is refused, are those of MetricSource.')
  expect(page).toContain('kinds that begin with Cluster are in no namespace')
})

test('what the API server refuses is listed, and nothing breaks a table', () => {
  expect(page).toContain('* spec: write either canary or blueGreen, not both')
  for (const line of page.split('\n').filter((one) => one.startsWith('| `'))) expect(line.replaceAll('\\|', '').split('|')).toHaveLength(6)
})
