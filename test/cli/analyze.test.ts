import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { errors, latency, limit, memory, templateObject } from '../dsl/evidence.ts'
import { type AnalysisBench, analysisBench } from './analysisBench.ts'

let b: AnalysisBench
let good: string
let bad: string

const apiVersion = 'serin.dev/v1alpha1'
const counted = { ...limit, threshold: { ...limit.threshold, count: 4 } }
/** A template that only looks at one number, whose argument has no value. */
const withArgument = {
  args: [{ name: 'most' }, { name: 'service', valueFrom: { fieldRef: { path: 'spec.service' } } }],
  metrics: [{ ...limit, threshold: { query: 'vector(1)', pass: 'value < {{args.most}}', count: 1 } }],
}

beforeAll(async () => {
  b = await analysisBench({ metrics: [errors], historyMs: 10_000 })
  const sets = await b.pair('errors')
  good = `rs/${sets.a}`
  bad = `rs/${sets.b}`
  await b.world.api.create(templateObject([limit], { name: 'limit' }))
  await b.world.api.create(templateObject([counted], { name: 'counted' }))
  await b.world.api.create(templateObject([errors, latency], { name: 'kayenta', judge: { kind: 'kayenta' } }))
  await b.world.api.create(templateObject([errors, { ...latency, dryRun: true }, counted, memory], { name: 'mixed' }))
  await b.world.api.create({ apiVersion, kind: 'ClusterAnalysisTemplate', metadata: { name: 'shared' }, spec: withArgument })
}, 120_000)

afterAll(() => b.stop())

const named = (said: string) => /AnalysisRun (\S+) is made/.exec(said)?.[1] ?? 'none was made'
const run = (name: string) => b.world.api.get('AnalysisRun', name)
const against = (canary: string, baseline: string) => `--canary ${canary} --baseline ${baseline}`

describe('analyze', { timeout: 60_000 }, () => {
  test('looking back, a version with ten times the errors fails at once: exit code 1 and the reason', async () => {
    const began = b.world.cluster.clock.now()
    const { code, out, err } = await b.serin(`analyze --template http ${against(bad, good)} --since 8m`)
    expect(code).toBe(1)
    expect(b.world.cluster.clock.now() - began).toBeLessThan(60_000)
    expect(out).toMatch(/interval 31: Fail {2}errors [\d.]+× \([\d.]+ to [\d.]+\) harm 100 % pass 0 %/)
    expect(out).toMatch(/Says {7}errors: [\d.]+ times the baseline's .*requests on the canary/)
    expect(err).toContain(`serin record sar/${named(out)} -n ${b.world.namespace}`)
    const { spec, status } = (await run(named(out))) ?? {}
    expect([spec.deadline, status.phase]).toEqual(['480s', 'Fail'])
  })

  test('live, a version like the other passes: exit code 0, a line for every interval', async () => {
    const { code, out } = await b.serin(`analyze --template http ${against(good, `rs/${await stableSet()}`)} --bake 1m`)
    expect(code).toBe(0)
    const intervals = [...out.matchAll(/interval (\d+): (\w+)/g)].map(([, number, word]) => `${number} ${word}`)
    expect(intervals.slice(0, 3)).toEqual(['1 Running', '2 Running', '3 Running'])
    expect(intervals.at(-1)).toMatch(/Pass$/)
    expect(new Set(intervals).size).toBe(intervals.length)
  })

  test('too little data by the deadline is inconclusive: exit code 2', async () => {
    const { code, out } = await b.serin(`analyze --template http ${against(good, bad)} --deadline 30s --alpha 0.0000001%`)
    expect(code).toBe(2)
    expect(out).toContain('Inconclusive')
  })

  test('a source that is down is said once, and when it answers again; no interval is lost', async () => {
    const up = b.inside.prometheus.break({ down: true })
    const { code, out } = await b.serin(`analyze --template http ${against(bad, good)} --deadline 4m --bake 2m`, {
      meanwhile: (ms) => ms === 60_000 && up(),
    })
    expect(code).toBe(1)
    expect(out.match(/a source does not answer: MetricSource \S+\/default/g)?.length).toBe(1)
    expect(out).toMatch(/over: MetricSource \S+\/default answers again/)
    const { status } = (await run(named(out))) ?? {}
    expect(status.intervals).toBe((Date.parse(status.through) - Date.parse(status.startedAt)) / 15_000)
  })

  test('on a terminal it is drawn in place, within its width; Ctrl-C leaves it running and says how to come back', async () => {
    const enough = new AbortController()
    const said = await b.serin(`analyze --template mixed ${against(bad, good)}`, {
      isTty: true,
      signal: enough.signal,
      meanwhile: (ms) => ms >= 5000 && enough.abort(),
    })
    const name = named(said.err)
    expect(said.code).toBe(2)
    expect(said.err).toContain(`serin analyze --follow ${name} -n ${b.world.namespace}`)
    expect(said.err).toContain(`kubectl delete analysisrun ${name} -n ${b.world.namespace}`)
    expect(said.out).toMatch(/the next is over in \d+s/)
    const pictures = said.out.split('\u001b[').filter((piece) => piece.startsWith('0J'))
    expect(pictures.length).toBeGreaterThan(2)
    for (const line of pictures.join('\n').split('\n')) expect([...line.replace('0J', '')].length).toBeLessThanOrEqual(80)
    // It went on, and is followed to its end.
    const { code, out } = await b.serin(`analyze --follow sar/${name}`)
    expect(code).toBe(1)
    expect(out).toContain('Fail')
  })

  test('a dry run prints what would be sent and sends nothing', async () => {
    const before = (await b.world.api.list('AnalysisRun')).length
    const { code, out, err } = await b.serin(`analyze --template mixed ${against(good, bad)} --since 30m --dry-run -o json`)
    expect(code).toBe(0)
    expect(err).toContain('nothing was sent')
    const { spec } = JSON.parse(out) as { spec: { metrics: { name: string }[]; arms: { canary: { pods: string } }; canaryPods: number } }
    expect(spec.metrics.map(({ name }) => name)).toEqual(['errors', 'latency', 'limit', 'memory'])
    expect(spec.arms.canary.pods).toBe(`${good.slice(3)}-[a-z0-9]{5}`)
    expect(spec.canaryPods).toBe(2)
    expect((await b.world.api.list('AnalysisRun')).length).toBe(before)
  })

  test('--no-wait makes it and says how to follow; --delete leaves nothing behind', async () => {
    const made = await b.serin(`analyze --template counted ${against(good, bad)} --no-wait`)
    expect([made.code, made.err]).toEqual([0, ''])
    expect(made.out).toContain('serin analyze --follow counted-by-hand-')
    const gone = await b.serin(`analyze --template http ${against(bad, good)} --since 5m --delete`)
    expect(gone.code).toBe(1)
    expect(await run(named(gone.out))).toBeUndefined()
  })

  test('pods by pattern, and no baseline for a threshold', async () => {
    const by = await b.serin(`analyze --template http --canary-pods ${bad.slice(3)}-.* --baseline-pods ${good.slice(3)}-.* --since 5m`)
    expect(by.code).toBe(1)
    expect((await b.serin(`analyze --template counted --canary ${good} --since 5m`)).code).toBe(0)
  })

  test('arguments are filled in', async () => {
    const line = `analyze --template cluster/shared --canary ${good} --arg service=a --since 1m`
    expect((await b.serin(`${line} --arg most=2`)).code).toBe(0)
    expect((await b.serin(`${line} --arg most=0.5`)).code).toBe(1)
  })

  test('a Rollout without a run: there is nothing to compare, and what to write instead', async () => {
    const { code, err } = await b.serin('analyze --template http --rollout shop')
    expect(code).toBe(1)
    expect(err).toContain('no run of shop is under way: there is no new version to compare with stable')
    expect(err).toContain('--canary rs/NAME --baseline rs/NAME')
  })

  test.each<[string, string | RegExp]>([
    ['analyze', 'what is to be compared?'],
    ['analyze --canary GOOD --baseline BAD', '--template is missing'],
    ['analyze --template htpp --canary GOOD --baseline BAD', 'Did you mean --template http?'],
    ['analyze --template shared --canary GOOD', 'write --template cluster/shared'],
    ['analyze --template cluster/http --canary GOOD', 'write --template http'],
    ['analyze --template a/b --canary GOOD', 'or of a ClusterAnalysisTemplate, like cluster/http'],
    ['analyze --template http --canary GOOD', 'without a baseline only thresholds, jobs and webhooks are judged'],
    ['analyze --template http --baseline GOOD', '--canary is missing'],
    ['analyze --template http --canary GOOD --baseline GOOD', 'compared with themselves'],
    ['analyze --template http --canary deploy/a --baseline BAD', 'Write --canary rs/a'],
    ['analyze --template http --canary rs/nothing --baseline BAD', /there is no ReplicaSet of that name in namespace shop-1/],
    ['analyze --template http --canary GOOD --rollout shop', 'three ways to say what is compared'],
    ['analyze --template http --canary-pods a( --baseline-pods b', 'a group that is not closed'],
    ['analyze --template http --canary-pods a --baseline-pods a', 'both sides are the same pods'],
    ['analyze --template http --canary-hash x', '--canary-pods is missing'],
    ['analyze --template http --rollout shpo', 'Did you mean shop?'],
    ['analyze --template http --canary GOOD --baseline BAD --since 5s', '--since 5s is shorter than an interval of 15s'],
    ['analyze --template http --canary GOOD --baseline BAD --since 10', '--since 10 is not a duration'],
    ['analyze --template http --canary GOOD --baseline BAD --interval 0s', '--interval 0s is no time'],
    ['analyze --template http --canary GOOD --baseline BAD --bake 2m --deadline 1m', '--bake 2m is longer than --deadline 1m'],
    ['analyze --template http --canary GOOD --baseline BAD --alpha 5', '--alpha 5 is not a chance'],
    ['analyze --template http --canary GOOD --baseline BAD --arg x', 'Write it like --arg x=VALUE'],
    ['analyze --template http --canary GOOD --baseline BAD --arg x=1', '--arg x is no argument of the templates'],
    ['analyze --template cluster/shared --canary GOOD --arg most=1', 'Write --arg service=VALUE'],
    ['analyze --template cluster/shared --canary GOOD --arg service=a', 'write --arg most=VALUE'],
    ['analyze --template cluster/shared --canary GOOD --arg service=a --arg mots=1', 'did you mean most?'],
    ['analyze --template http --canary GOOD --baseline BAD --keep --delete', '--keep and --delete do not go together'],
    ['analyze --template http --canary GOOD --baseline BAD --delete --no-wait', 'Leave one of them out'],
    ['analyze --follow nobody', 'there is no AnalysisRun nobody'],
    ['analyze --follow nobody --since 5m', '--since means nothing with it'],
    ['analyze --follow nobody --no-wait', '--no-wait means nothing with it'],
  ])('%s: exit code 3 and what to write', async (line, said) => {
    const { code, out, err } = await b.serin(line.replaceAll('GOOD', good).replaceAll('BAD', bad))
    expect([code, out]).toEqual([3, ''])
    expect(err).toMatch(said instanceof RegExp ? said : new RegExp(said.replace(/[.?()/*]/g, '\\$&')))
    expect(err).not.toContain('spec.analysis')
  })
})

describe('record and replay', { timeout: 60_000 }, () => {
  const replayed = async (name: string) => {
    const { code, out, err } = await b.serin(`record ${name}`)
    expect([code, err]).toEqual([0, ''])
    return { text: out, again: await b.serin('judge --replay', { stdin: out }) }
  }
  const words: Record<string, RegExp> = {
    Fail: /^(Together )?FAIL/m,
    Pass: /^(Together )?PASS/m,
    Inconclusive: /^(Together )?INCONCLUSIVE/m,
  }

  test.each([
    ['http', 1, 'judge'],
    ['counted', 1, 'judge'],
    ['kayenta', 1, 'judge'],
    ['limit', 1, 'judge'],
    ['mixed', 1, 'parts'],
    ['http', 0, 'judge'],
    ['counted', 0, 'judge'],
    ['kayenta', 0, 'judge'],
    // A condition without a count never passes by itself: that the whole did is said by the parts together.
    ['limit', 0, 'parts'],
    ['mixed', 0, 'parts'],
  ])('of template %s with exit code %i: judged again, the word of the status', async (template, code, form) => {
    const line = `analyze --template ${template} ${code === 1 ? against(bad, good) : against(good, `rs/${await stableSet()}`)} --since 9m`
    const made = await b.serin(line)
    expect(made.code).toBe(code)
    const { text, again } = await replayed(named(made.out))
    expect(Object.keys(JSON.parse(text) as object)).toContain(form)
    expect(again.code).toBe(0)
    expect(again.out).toContain('bit for bit')
    const { verdict } = (await run(named(made.out)))?.status ?? {}
    expect(again.out).toMatch(words[verdict] ?? /no such word/)
  })

  test('of several parts as JSON: each part, and all together as the status has it', async () => {
    const made = await b.serin(`analyze --template mixed ${against(bad, good)} --since 6m`)
    const { text } = await replayed(named(made.out))
    const { code, out } = await b.serin('judge --replay -o json', { stdin: text })
    expect(code).toBe(0)
    const { status } = (await run(named(made.out))) ?? {}
    const { verdict, because, by, metrics, parts } = JSON.parse(out)
    expect({ verdict, because, by }).toEqual({ verdict: status.verdict, because: status.message, by: status.by })
    const plain = status.metrics.map(({ dataAt: _, ...metric }: { dataAt: string }) => metric)
    expect(metrics).toEqual(plain)
    expect(parts.map(({ key }: { key: string }) => key)).toEqual(['sequential', 'dry-sequential', 'threshold-15s'])
  })

  test('a record that was changed is another verdict: exit code 1; a broken one is exit code 3', async () => {
    const made = await b.serin(`analyze --template mixed ${against(bad, good)} --since 6m`)
    const { text } = await replayed(named(made.out))
    const changed = await b.serin('judge --replay', { stdin: text.replace(/"bad":\d+/, '"bad":0') })
    expect(changed.code).toBe(1)
    expect(changed.err).toContain('replayed, the verdict is another one: sequential: ')
    const word = await b.serin('judge --replay', { stdin: text.replace('"verdict":"Fail"', '"verdict":"Pass"') })
    expect(word.err).toContain('verdict was "Pass" and is "Fail"')
    for (const [from, to, said] of [
      ['"start":', '"begin":', 'start'],
      ['"bake":"5m"', '"bake":5', 'terms.bake'],
      ['"form":"ratio"', '"form":"ratoi"', 'part sequential'],
      ['"judge":"threshold"', '"judge":"thresold"', 'part threshold-15s'],
    ] as const) {
      const broken = await b.serin('judge --replay', { stdin: text.replace(from, to) })
      expect([broken.code, broken.err]).toEqual([3, expect.stringContaining(said)])
    }
    expect(await b.serin('judge', { stdin: text })).toMatchObject({ code: 3, err: expect.stringContaining('Add --replay') })
    expect((await b.serin('judge --replay --alpha 1%', { stdin: text })).err).toContain('--alpha means nothing')
  })

  test('nothing on record: what it waits for, or that there is none', async () => {
    expect(await b.serin('record nobody')).toMatchObject({ code: 3, err: expect.stringContaining('no Rollout and no AnalysisRun nobody') })
    expect(await b.serin('record shpo')).toMatchObject({ code: 3, err: expect.stringContaining('Did you mean shop?') })
    expect(await b.serin('record shop')).toMatchObject({ code: 1, err: expect.stringContaining('no run of shop has begun yet') })
    expect(await b.serin('record shop --run 3')).toMatchObject({ code: 1, err: expect.stringContaining('no run 3 yet: the newest is 0') })
    expect(await b.serin('record sar/x --run 3')).toMatchObject({ code: 3, err: expect.stringContaining('Leave --run out') })
    const made = await b.serin(`analyze --template http ${against(good, bad)} --no-wait`)
    const name = /AnalysisRun (\S+)/.exec(made.out)?.[1] ?? ''
    expect(await b.serin(`record ${name}`)).toMatchObject({ code: 2, err: expect.stringContaining('has judged nothing yet: ') })
  })
})

async function stableSet(): Promise<string> {
  const rollout = await b.world.api.get('Rollout', 'shop')
  return String(rollout?.status?.stable?.set)
}
