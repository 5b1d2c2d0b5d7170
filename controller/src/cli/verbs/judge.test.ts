import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { typed } from '../testing/typing.ts'

let folder = ''
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serin-judge-'))
})
afterAll(() => rm(folder, { recursive: true }))

const line = (interval: number, bad: number, more: object = {}) =>
  JSON.stringify({
    interval,
    metric: 'errors',
    form: 'ratio',
    canary: { bad, total: 1200 },
    baseline: { bad: 24 + (interval % 5), total: 4800 },
    ...more,
  })
const table = (intervals: number, times: number) =>
  Array.from({ length: intervals }, (_, index) => line(index + 1, times * (5 + (index % 3)))).join('\n')
const csv = `interval,canary_bad,canary_total,baseline_bad,baseline_total\n${Array.from({ length: 40 }, (_, index) => `${index},${5 + (index % 3)},1200,${24 + (index % 5)},4800`).join('\n')}`

describe('the verdict is the exit code', () => {
  test.each([
    ['pass', table(40, 1), 0],
    ['fail', table(40, 5), 1],
    ['continue', table(2, 1), 2],
    ['inconclusive', Array.from({ length: 60 }, (_, index) => line(index + 1, 0, { canary: { bad: 0, total: 10 } })).join('\n'), 2],
  ])('%s', async (verdict, stdin, wanted) => {
    const { code, out, err } = await typed('judge -o json', { stdin })
    expect(JSON.parse(out)).toMatchObject({ verdict })
    expect([code, err]).toEqual([wanted, ''])
  })
  test('in any format, from a file too', async () => {
    const wanted = await typed('judge', { stdin: csv })
    expect(wanted.out).toMatch(/^PASS at interval /)
    await writeFile(at('table.csv'), csv)
    expect(await typed(`judge -f ${at('table.csv')}`)).toEqual(wanted)
  })
})

test('text is a sentence and a row a metric', async () => {
  const { out } = await typed('judge --judge threshold --metric errors --fail canary.bad>20 --failure-limit 2', {
    stdin: [1, 2, 3, 4].flatMap((interval) => [line(interval, 7 * interval), line(interval, 3, { metric: 'other' })]).join('\n'),
  })
  expect(out).toBe(
    [
      'NOT YET at interval 4: errors: 4 measurements, 2 failed; it has no count, so it can fail but not pass.',
      '',
      'METRIC  CANARY  BASELINE  RATIO  HARM           PASS          VERDICT',
      'errors  0.0233  0.00583          █████░░░ 66 %  ░░░░░░░░ 0 %  continue',
      '',
    ].join('\n'),
  )
})

describe('--each', () => {
  test('says a line as soon as an interval is closed, and stays a line an interval', async () => {
    const seen: number[] = []
    const { out, code } = await typed('judge --each', {
      async *pieces(said) {
        const lines = table(4, 1).split('\n')
        for (const one of lines) {
          seen.push(said().split('\n').length - 1)
          // Cut in the middle of a line, as a pipe may.
          yield one.slice(0, 30)
          yield `${one.slice(30)}\n`
        }
        seen.push(said().split('\n').length - 1)
      },
    })
    expect(seen).toEqual([0, 0, 2, 3, 4])
    expect(out.split('\n').map((one) => one.replace(/×.*/, ''))).toEqual([
      'interval 1: continue  errors 0.8',
      expect.stringMatching(/^interval 2: continue {2}errors 0\.\d+$/),
      expect.stringMatching(/^interval 3: continue {2}errors 0\.\d+$/),
      expect.stringMatching(/^interval 4: continue {2}errors 0\.\d+$/),
      '',
    ])
    expect(code).toBe(2)
  })
  test('gives the reason where the verdict changes, and JSON a line each', async () => {
    const { out } = await typed('judge --each', { stdin: table(10, 5) })
    const [change] = out.split('\n').filter((one) => one.includes(': fail '))
    expect(change).toMatch(/^interval \d: fail {2}errors [\d.]+× \([\d.]+ to [\d.]+\) harm 100 % pass 0 % {2}errors: /)
    expect(out.match(/by chance/g)).toHaveLength(1)
    const json = await typed('judge --each -o json', { stdin: table(10, 5) })
    const verdicts = json.out
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one))
    expect(verdicts.map(({ interval }) => interval)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(json.code).toBe(1)
  })
  test('keeps what it said when the input turns bad', async () => {
    const { code, out, err } = await typed('judge --each', {
      stdin: `${table(3, 1)}\n${line(4, 1).replace('"bad"', '"bads"')}\n${line(5, 1)}`,
    })
    expect(out.split('\n')).toHaveLength(4)
    expect(err).toBe('error: line 4: canary.bads is not a field: write canary.bad\n')
    expect(code).toBe(3)
  })
  test.each([
    ['within the reach of limits', 20, []],
    ['beyond, where the last line is said again with limits', 604, [604]],
  ])('ends with the verdict of the whole table: %s', async (_, intervals, again) => {
    const rows = table(intervals, 1)
    async function* pieces() {
      yield rows
    }
    const { out } = await typed('judge --each -o json --deadline 24h', { pieces })
    const verdicts = out
      .trimEnd()
      .split('\n')
      .map((one) => JSON.parse(one))
    expect(verdicts.map(({ interval }) => interval)).toEqual([...Array.from({ length: intervals }, (_, index) => index + 1), ...again])
    expect(verdicts.at(-1)).toEqual(JSON.parse((await typed('judge -o json --deadline 24h', { stdin: rows })).out))
    // Limits that were not computed are not there; those that were are.
    for (const { interval, metrics } of verdicts.slice(10, intervals - 1))
      expect(Object.keys(metrics[0].ratio)).toEqual(interval <= 600 ? ['estimate', 'low', 'high'] : ['estimate'])
    const file = at('each.jsonl')
    await writeFile(file, rows)
    expect((await typed(`judge --each -o json --deadline 24h -f ${file}`)).out.split('\n')).toHaveLength(intervals + 1)
  })
  test('says since when a verdict stands that is no news', async () => {
    const { out } = await typed('judge --each', { stdin: table(10, 5) })
    expect(out).toMatch(/^interval 10: fail since interval \d {2}errors /m)
    expect(out.match(/ since interval /g)?.length).toBe(
      out
        .trimEnd()
        .split('\n')
        .filter((one) => one.includes(': fail')).length - 1,
    )
  })
  test('stops reading when nobody reads on', async () => {
    let given = 0
    async function* endless() {
      for (;;) yield `${line(++given, 6)}\n`
    }
    await typed('judge --each', { pieces: endless, unreadAfter: 10 })
    expect(given).toBeLessThan(10)
  })
})

describe('rows in another order', () => {
  const names = ['errors', 'other', 'slow']
  const sorted = Array.from({ length: 12 }, (_, index) => index + 1).flatMap((interval) =>
    names.map((metric) => line(interval, metric === 'slow' ? 30 : 5, { metric })),
  )
  const byMetric = names.flatMap((name) => sorted.filter((row) => row.includes(`"${name}"`)))
  const late = async function* () {
    yield byMetric.join('\n')
  }

  test('are the same table: by metric as by interval, from a file and from standard input', async () => {
    const wanted = await typed('judge -o json', { stdin: sorted.join('\n') })
    expect(JSON.parse(wanted.out)).toMatchObject({ verdict: 'fail', by: { metric: 'slow' } })
    await writeFile(at('metrics.yaml'), `metrics: [${names.map((name) => `{name: ${name}, form: ratio}`).join(', ')}]\n`)
    await writeFile(at('byMetric.jsonl'), byMetric.join('\n'))
    for (const flags of ['', `--plan ${at('metrics.yaml')}`])
      for (const input of [`-f ${at('byMetric.jsonl')}`, '']) {
        expect(await typed(`judge -o json ${flags} ${input}`, { stdin: byMetric.join('\n') })).toEqual(wanted)
      }
    const each = await typed(`judge --each -o json -f ${at('byMetric.jsonl')}`)
    expect(JSON.parse(each.out.trimEnd().split('\n').at(-1) ?? '')).toEqual(JSON.parse(wanted.out))
  })
  test('with one twice count it once, with a note', async () => {
    const { err } = await typed('judge', { stdin: [...sorted, sorted[3]].join('\n') })
    expect(err).toBe('note: line 37: errors of interval 2 stands twice: the first counts\n')
  })
  test('through a pipe with --each are refused, with what to do', async () => {
    const { code, err } = await typed('judge --each', { pieces: late })
    expect(err).toBe(
      [
        'error: line 13: interval is 1, which was over when other came: interval 12 stands before it; sort the lines by interval',
        'Rows may stand in any order in a file (-f), and in standard input without --each.',
        '',
      ].join('\n'),
    )
    expect(code).toBe(3)
  })
})

describe('what is wrong is said in a sentence, exit code 3', () => {
  test.each([
    ['judge', '', 'standard input is empty: there is nothing to judge'],
    ['judge', 'hello', 'line 1 is no header of a table'],
    ['judge -f /nowhere/table', '', '-f /nowhere/table: there is no such file'],
    [`judge -f ${tmpdir()}`, '', `-f ${tmpdir()}: is a folder: name a file in it`],
    ['judge --judge bayes', '', 'Allowed choices are sequential, kayenta, threshold'],
    ['judge -o yaml', '', 'Allowed choices are text, json'],
    ['judge --alpha 5', '', 'alpha: must be between 0 and 1, like 0.05'],
    ['judge --alpha five', '', '--alpha five is not a share'],
    ['judge --bake 2h', '', 'bake: 7200 s is longer than the deadline of 3600 s'],
    ['judge --weights 1,,5', '', '--weights 1,,5: nothing is not a percentage'],
    ['judge --weights 1,50,5', '', '--weights 1,50,5: 5 comes after 50'],
    ['judge', '\u0000\u0001\n', 'standard input is no text'],
    [
      'judge',
      `${line(1, 1)}\n${line(2, 1, { form: 'histogram', canary: { buckets: [[-1, 100]] }, baseline: null, metric: 'errors' })}`,
      'line 2: canary.buckets up to -1 is 100: a histogram holds values from 0 up',
    ],
    ['judge --judge kayenta --alpha 1%', '', '--alpha means nothing to --judge kayenta'],
    ['judge --judge kayenta --pass 80 --marginal 90', '', 'a marginal score of 90 is above the pass score of 80'],
    ['judge --judge kayenta --pass value<1', '', '--pass value<1 is not a score'],
    ['judge --judge threshold --count x', '', '--count x is not a whole number'],
    ["judge --judge threshold --fail 'canary.bda > 1'", line(1, 1), 'at character 8: a ratio has no bda: did you mean bad?'],
    ['judge --judge threshold --metric b', line(1, 1), '--metric b: the table has no such metric'],
    [
      'judge --judge threshold',
      `${line(1, 1)}\n${line(1, 1, { metric: 'b' })}`,
      'the table has 2 metrics: which one do the conditions judge?',
    ],
    ['judge --replay', line(1, 1), '--replay needs a record, but this is a table'],
    ['judge --replay --each', '', '--replay and --each do not go together'],
    ['judge --plan /nowhere/plan', '', '--plan /nowhere/plan: there is no such file'],
    ['judge', '{"intervals": [{"interval": 1, "metrics": {}}]}', 'there is no metric in any interval'],
    [
      'judge',
      JSON.stringify({ ...JSON.parse(line(1, 1)), form: 'gauge', canary: { values: [-1] }, baseline: { values: [1] } }),
      'values holds -1',
    ],
  ])('%s of %j', async (words, stdin, sentence) => {
    const { code, out, err } = await typed(words, { stdin })
    expect(err).toContain(`error: `)
    expect(err).toContain(sentence)
    expect(err).not.toContain('bug in serin')
    expect([code, out]).toEqual([3, ''])
  })
})

test('too many metrics are said of the table, not of a plan that nobody wrote', async () => {
  const stdin = Array.from({ length: 101 }, (_, index) => line(1, 1, { metric: `m${index}` })).join('\n')
  const { code, err } = await typed('judge', { stdin })
  expect(err).toMatch(/^error: the table has 101 metrics; at most 100 are judged\n/)
  expect(code).toBe(3)
})

test('an arm that is missing is shown as missing, and the other with what it has', async () => {
  const stdin = [1, 2].map((interval) => line(interval, 0, { canary: null, baseline: { bad: 20, total: 5400 } })).join('\n')
  const { out } = await typed('judge', { stdin })
  expect(out).toMatch(/^errors {2}no data {2}40 of 10,800 /m)
  expect(out).not.toContain('0 of 0')
})

describe('plans', () => {
  test('may leave the metrics out; flags override them', async () => {
    await writeFile(at('plan.yaml'), 'alpha: 1%\nbake: 0\n')
    const saved = async (flags: string) => {
      await typed(`judge --plan ${at('plan.yaml')} --save ${at('saved.json')} ${flags}`, { stdin: table(3, 1) })
      return JSON.parse(await readFile(at('saved.json'), 'utf8')).plan
    }
    expect(await saved('')).toMatchObject({
      alpha: 0.01,
      bake: 0,
      beta: 0.05,
      metrics: [{ name: 'errors', form: 'ratio', direction: 'increase' }],
    })
    expect(await saved('--alpha 0.1 --tolerance 20% --direction either --weights 5,50 --deadline 30m --interval 15s')).toMatchObject({
      alpha: 0.1,
      deadline: 1800,
      interval: 15,
      metrics: [{ tolerance: 0.2, direction: 'either' }],
      ramp: { weights: [5, 50], budget: 0.001 },
    })
  })
  test('say what is unknown in them, and which metrics are not theirs', async () => {
    await writeFile(at('typo.yaml'), 'alhpa: 1%\nmetrics: [{name: errors, form: ratio, tolerence: 10%}]\n')
    const typo = await typed(`judge --plan ${at('typo.yaml')}`, { stdin: table(3, 1) })
    expect(typo.err).toContain('alhpa is not known: did you mean alpha?')
    expect(typo.err).toContain('metrics[0].tolerence is not known: did you mean tolerance?')
    await writeFile(at('other.yaml'), 'metrics: [{name: error, form: ratio}]\n')
    const other = await typed(`judge --plan ${at('other.yaml')}`, { stdin: table(3, 1) })
    expect(other.err).toBe('error: line 1: metric is "errors", which is not in the plan: did you mean "error"?\n')
    await writeFile(at('broken.yaml'), '[')
    expect((await typed(`judge --plan ${at('broken.yaml')}`)).err).toContain('broken.yaml: is not YAML: ')
  })
  test('are no tables', async () => {
    for (const table of [`${line(1, 1)}\n${line(2, 1)}`, csv, JSON.stringify([JSON.parse(line(1, 1))])]) {
      await writeFile(at('mistaken'), table)
      const { code, err } = await typed(`judge --plan ${at('mistaken')}`)
      expect([code, err]).toEqual([3, `error: --plan ${at('mistaken')}: looks like a table\nA table is given with -f.\n`])
    }
    await writeFile(at('flat.json'), '{"interval": 60, "metrics": [{"name": "errors", "form": "ratio"}]}')
    expect((await typed(`judge --plan ${at('flat.json')}`, { stdin: table(3, 1) })).err).toBe('')
  })
  test('of thresholds and canary configs are files too; metrics that are not theirs are left out', async () => {
    await writeFile(at('threshold.yaml'), "metrics: [{name: errors, fail: 'value > 0.02', failureLimit: 1}]\n")
    const stdin = [1, 2, 3].flatMap((interval) => [line(interval, 30), line(interval, 3, { metric: 'other' })]).join('\n')
    const threshold = await typed(`judge --judge threshold --plan ${at('threshold.yaml')}`, { stdin })
    expect(threshold.out).toContain('FAIL at interval 2: errors: 2 of 2 measurements failed, more than 1')
    expect(threshold.err).toBe('note: line 2: other is not in the plan: it is left out\n')
    await writeFile(
      at('canary.json'),
      JSON.stringify({ metrics: [{ name: 'errors', groups: ['g'], analysisConfigurations: { canary: { direction: 'decrease' } } }] }),
    )
    expect((await typed(`judge --judge kayenta --config ${at('canary.json')}`, { stdin: table(40, 5) })).code).toBe(0)
    expect((await typed('judge --judge kayenta', { stdin: table(40, 5) })).code).toBe(1)
    await writeFile(at('canary.json'), '{"metrics": 3}')
    expect((await typed(`judge --judge kayenta --config ${at('canary.json')}`)).err).toContain('canary.json: ')
  })
})

describe('a record', () => {
  test.each([
    ['sequential', ''],
    ['kayenta', ''],
    ['threshold', "--fail 'value > 0.01' --failure-limit 3"],
  ])('of %s is replayed bit for bit', async (judge, flags) => {
    const first = await typed(`judge --judge ${judge} ${flags} -o json --save ${at('record.json')}`, { stdin: table(20, 3) })
    const again = await typed(`judge --judge ${judge} -f ${at('record.json')} --replay -o json`)
    expect(again).toEqual({ code: 0, out: first.out, err: 'Replayed: the same verdict, bit for bit.\n' })
  })
  test.each([
    ['kayenta', ''],
    ['threshold', "--fail 'value > 0.01' --failure-limit 3"],
  ])('of %s is judged by the judge that it names, unless another is asked for', async (judge, flags) => {
    const file = at('named.json')
    const first = await typed(`judge --judge ${judge} ${flags} -o json --save ${file}`, { stdin: table(20, 3) })
    const replayed = { code: 0, out: first.out, err: 'Replayed: the same verdict, bit for bit.\n' }
    expect(await typed(`judge -f ${file} --replay -o json`)).toEqual(replayed)
    expect(await typed(`judge -f ${file} -o json`)).toEqual({ ...first, err: '' })
    const other = await typed(`judge -f ${file} --replay --judge sequential`)
    expect(other.code).toBe(3)
    expect(other.err).toContain(`the record holds a verdict of --judge ${judge}, which sequential cannot come to again`)
    const anew = await typed(`judge -f ${file} --judge sequential -o json`)
    expect(JSON.parse(anew.out).metrics[0].form).toBe('ratio')
    expect(JSON.parse(anew.out)).toEqual(JSON.parse((await typed('judge -o json', { stdin: table(20, 3) })).out))
  })
  test('that was changed says where it first differs, exit code 1', async () => {
    await typed(`judge --save ${at('record.json')}`, { stdin: table(20, 3) })
    const text = await readFile(at('record.json'), 'utf8')
    await writeFile(at('record.json'), text.replace('"bad":15', '"bad":16'))
    const { code, err } = await typed(`judge -f ${at('record.json')} --replay`)
    expect(code).toBe(1)
    expect(err).toMatch(/^error: replayed, the verdict is another one: \S+ was .* and is /)
  })
  test('without a verdict is judged', async () => {
    await typed(`judge --save ${at('record.json')}`, { stdin: table(40, 1) })
    const { verdict: _, ...record } = JSON.parse(await readFile(at('record.json'), 'utf8'))
    const { code, out } = await typed('judge --replay', { stdin: JSON.stringify(record) })
    expect(code).toBe(0)
    expect(out).toContain('The record carries no verdict: there is nothing to compare with.')
  })
  test('that cannot be written says why', async () => {
    expect((await typed(`judge --save ${folder}`, { stdin: table(3, 1) })).err).toBe(
      `error: --save ${folder}: is a folder: name a file in it\n`,
    )
  })
})

test('notes go to standard error, and end at some point', async () => {
  const stdin = Array.from({ length: 60 }, (_, index) => line(1 + index * 2, 6)).join('\n')
  const { err, out } = await typed('judge -o json', { stdin })
  expect(err.split('\n')).toHaveLength(22)
  expect(err).toContain('note: line 2: interval 2 has no data\n')
  expect(err).toContain('note: further notes are left out\n')
  expect(JSON.parse(out)).toMatchObject({ interval: 119 })
})

test('help says the formats and the exit codes; completion knows the choices', async () => {
  const { out } = await typed('judge --help')
  for (const words of ['"form": "ratio"', 'canary_bad', '  2  inconclusive, or not decided yet', '--replay']) expect(out).toContain(words)
  expect((await typed('__complete -- judge --judge k')).out).toBe('kayenta\n:4\n')
  expect((await typed('__complete -- judge -o t')).out).toBe('text\n:4\n')
  expect((await typed('__complete -- judge --plan x')).out).toBe(':0\n')
})
