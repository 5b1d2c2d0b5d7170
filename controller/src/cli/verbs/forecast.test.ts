import { expect, test } from 'vitest'
import { typed } from '../testing/typing.ts'

/** A service that never changes: the canary's counts are spread like the baseline's. */
const history = (intervals: number, total = 1200) =>
  Array.from({ length: intervals }, (_, index) =>
    JSON.stringify({
      interval: index + 1,
      metric: 'errors',
      form: 'ratio',
      canary: { bad: (index * 7) % 13, total },
      baseline: { bad: 24 + ((index * 5) % 11), total: 4 * total },
    }),
  ).join('\n')

test('plan says what to expect, in sentences and as a table', async () => {
  const { code, out, err } = await typed('plan --runs 20 --weight 10', { stdin: history(120) })
  expect(err).toBe('')
  expect(out).toMatch(/^At 600 canary requests a minute this passes in about /)
  expect(out).toMatch(/METRIC {2}PASSES AFTER +FINDS FROM +×2 AFTER +×5 AFTER\nerrors {2}\d+m/)
  expect(out).toContain('Simulated: 20 healthy releases, 10 of each worse one; seed 1.')
  expect(code).toBe(0)
})

test('plan warns of what cannot pass: exit code 1', async () => {
  const { code, out } = await typed('plan --runs 20 --weight 1 --deadline 5m --bake 1m -o json', { stdin: history(120) })
  expect(JSON.parse(out)).toMatchObject({ pass: { share: 0 }, warnings: [{ code: 'cannot-pass' }], calibration: [{ name: 'errors' }] })
  expect(code).toBe(1)
})

test('backtest counts the false alarms of any judge', async () => {
  const calm = await typed('backtest --deadline 30m', { stdin: history(120) })
  expect(calm).toMatchObject({ code: 0, err: '' })
  expect(calm.out).toContain('0 false alarms in 4 releases of 30 minutes')
  const nervous = await typed("backtest --deadline 30m --judge threshold --fail 'value > 0.005' -o json", { stdin: history(120) })
  expect(JSON.parse(nervous.out)).toMatchObject({ releases: 4, alarms: [{ metric: 'errors' }, {}, {}, {}] })
  expect(nervous.code).toBe(1)
  const kayenta = await typed('backtest --deadline 30m --judge kayenta -o json', { stdin: history(120) })
  expect(JSON.parse(kayenta.out)).toMatchObject({ releases: 4, passed: 4, toPass: { median: 1800 } })
})

test('a history too short for a release is exit code 2', async () => {
  const { code, out } = await typed('backtest', { stdin: history(20) })
  expect(code).toBe(2)
  expect(out).toContain('shorter than one release')
})

test.each([
  ['plan --weight x', '--weight x is not a percentage'],
  ['plan --weight 100', 'leaves nothing to compare with'],
  ['plan --runs -1', '--runs -1 is not a whole number'],
  ['backtest --pass 3', '--pass means nothing to --judge sequential'],
  ['plan -f /nowhere/history', '-f /nowhere/history: there is no such file'],
])('%s is refused', async (words, sentence) => {
  const { code, out, err } = await typed(words, { stdin: history(30) })
  expect(err).toContain(sentence)
  expect(err).not.toContain('bug in serin')
  expect([code, out]).toEqual([3, ''])
})
