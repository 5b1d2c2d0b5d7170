import { afterEach, expect, test } from 'vitest'
import { errors, latency, templateObject } from '../dsl/evidence.ts'
import { type AnalysisBench, analysisBench } from './analysisBench.ts'

/** What status, explain, get, sources and record say of a run with an analysis, at several moments of it. */

let b: AnalysisBench
afterEach(() => b.stop())

const patient = { timeout: 90_000 }
const widest = (text: string) => Math.max(...text.split('\n').map((line) => [...line].length))
const rowsOf = (text: string) => text.split('\n').filter((line) => /METRIC|░|█/.test(line))

test('while evidence is gathered: what is known, what is missing, bars within 80 columns, and the commands', patient, async () => {
  b = await analysisBench()
  await b.when.imageBecomes('v2')
  await b.pass(50_000)
  const status = await b.serin('status shop')
  expect(status.code).toBe(2)
  expect(status.out).toMatch(/^0s {5}run 1: step 2\/9 evidence, weight 1 %, waiting for evidence: errors: /)
  expect(rowsOf(status.out).length).toBe(3)
  expect(status.out).toMatch(/^ {7}latency +Running +[█░]{6} +\d+ % +[█░]{6} +\d+ %/m)
  expect(widest(rowsOf(status.out).join('\n'))).toBeLessThanOrEqual(80)

  const { out } = await b.serin('explain shop')
  expect(out).toMatch(/Its analysis shop-1 judges: \d+ intervals of 15s, through .* UTC; the next is over in \d+s\./)
  expect(out).toMatch(/latency is not decided: .* canary requests needed for a pass; .* more\./)
  expect(out).toContain('It is at step 2 of 9, "evidence at 1 %"')
  expect(out).toMatch(/serin promote shop -n \S+ +goes on without the evidence that is missing/)
  expect(out).toMatch(/serin abort shop/)
  expect(out).toMatch(/serin record shop -n/)
  // What the run waits for is one of the metrics: it stands there once.
  const [, waitsFor = ''] = /It waits for evidence: (errors: \S+ \S+ \S+)/.exec(out) ?? []
  expect(out.split(waitsFor).length).toBe(2)

  const get = await b.serin('get shop', { isTty: true })
  expect(get.out).toMatch(/^Analysis {3}shop-1 {2}Running, \d+ intervals of 15s/m)
  expect(get.out).toMatch(/▶ evidence at 1 %/)
  expect(widest(get.out)).toBeLessThanOrEqual(80)
  expect(JSON.parse((await b.serin('status shop -o json')).out)).toMatchObject({ result: 'UnderWay', exitCode: 2 })
})

test('a comparison by hand beside the run takes its two versions', patient, async () => {
  b = await analysisBench({ template: { args: [{ name: 'svc', valueFrom: { fieldRef: { path: 'spec.service' } } }] } })
  await b.when.imageBecomes('errors')
  await b.pass(20_000)
  const { code, out } = await b.serin('analyze --rollout shop --interval 15s --dry-run -o json')
  expect(code).toBe(0)
  const { run } = (await b.world.api.get('Rollout', 'shop'))?.status ?? {}
  const own = await b.world.api.get('AnalysisRun', run.analysis.name)
  const { spec } = JSON.parse(out) as { spec: Record<string, unknown> }
  expect([spec.arms, spec.args, spec.templates]).toEqual([own?.spec.arms, { svc: 'shop' }, own?.spec.templates])
  expect((await b.serin('analyze --rollout shop --bake 1m')).code).toBe(1)
})

test('a source that is down: status, explain and sources say so, with commands that tell more', patient, async () => {
  b = await analysisBench()
  await b.when.imageBecomes('v2')
  await b.pass(20_000)
  const up = b.inside.prometheus.break({ down: true })
  await b.pass(90_000)
  const { out } = await b.serin('explain shop')
  expect(out).toMatch(/It is held up since \S+: a source does not answer: MetricSource shop-1\/default.*the connection was refused/)
  expect(out).toContain('kubectl get metricsource default -n shop-1 -o yaml')
  expect(out).toContain('serin sources -n shop-1')
  expect((await b.serin('get shop')).out).toMatch(/^Problem {4}a source does not answer/m)
  const sources = await b.serin('sources')
  expect(sources.out).toMatch(/^NAMESPACE +NAME +KIND +STATE +SINCE +MESSAGE\nshop-1 +default +prometheus +Down +\S+ +.*refused/)
  up()
  await b.pass(90_000)
  expect((await b.serin('sources -A')).out).toMatch(/default +prometheus +Ready/)
  expect(JSON.parse((await b.serin('sources -o json')).out).items[0].kind).toBe('MetricSource')
})

test('after the run: the verdict, and the record of that run, judged again', patient, async () => {
  b = await analysisBench()
  await b.when.imageBecomes('errors')
  const { code, out, err } = await b.serin('status shop -w --timeout 30m')
  expect(code).toBe(1)
  expect(err).toMatch(/^RolledBack: .*errors: /)
  expect(out).toMatch(/^Analysis of run 1: Fail by errors; serin record shop --run 1 -n shop-1$/m)
  expect(out).toMatch(/^ {2}errors +Fail +██████ 100 %/m)
  const explained = (await b.serin('explain shop')).out
  expect(explained).toMatch(/The verdict of run 1 \(shop-1\): Fail by errors\. errors: [\d.]+ times/)
  expect(explained).toContain('serin record shop --run 1 -n shop-1')
  expect((await b.serin('get shop')).out).toMatch(/^Analysis {3}shop-1 {2}Fail, /m)

  // The Rollout is meant where both names fit: its newest run.
  const byRollout = await b.serin('record shop')
  expect([byRollout.code, byRollout.err]).toEqual([0, ''])
  expect((await b.serin('record shop --run 1')).out).toBe(byRollout.out)
  expect((await b.serin('record sar/shop-1')).out).toBe(byRollout.out)
  expect((await b.serin('record shop-1')).out).toBe(byRollout.out)
  expect(await b.serin('judge --replay', { stdin: byRollout.out })).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^FAIL at interval/),
  })
  expect((await b.serin('record shop --run 2')).err).toContain('There are analyses of run 1')
  expect((await b.serin('analyze --template http --rollout shop')).err).toMatch(/To look back at run 1: serin analyze .*--canary rs\/shop-/)
})

test('developers may analyse and look; somebody without the rights is told which, and status still works', patient, async () => {
  b = await analysisBench()
  await b.when.imageBecomes('v2')
  await b.pass(20_000)
  expect((await b.serin('analyze --rollout shop --no-wait', { as: 'anna' })).code).toBe(0)
  expect((await b.serin('sources', { as: 'anna' })).out).toContain('prometheus')
  const role = (rules: unknown[]) => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'looks' }, rules })
  const binding = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'looks' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'looks' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'carla' }],
  }
  await b.world.api.create(
    role([
      {
        apiGroups: ['serin.dev', 'apps', ''],
        resources: ['rollouts', 'deployments', 'replicasets', 'pods', 'metricsources'],
        verbs: ['get', 'list'],
      },
    ]),
  )
  await b.world.api.create(binding)
  const status = await b.serin('status shop', { as: 'carla' })
  expect(status.code).toBe(2)
  expect(status.out).toContain('run 1: step 2/9')
  expect((await b.serin('record shop', { as: 'carla' })).err).toContain('carla may not list analysisruns.serin.dev in namespace shop-1')
  const sources = await b.serin('sources', { as: 'carla' })
  expect([sources.code, sources.err]).toEqual([0, 'note: you may not list clustermetricsources.serin.dev: those are left out\n'])
})

test('an analysis that is stopped with its run, and one that cannot be measured as it is written', patient, async () => {
  b = await analysisBench({ historyMs: 1000 })
  await b.when.imageBecomes('v2')
  await b.pass(20_000)
  await b.when.asks('abort')
  const stopped = await b.serin('analyze --follow shop-1')
  expect(stopped.code).toBe(2)
  expect(stopped.out).toMatch(/^Analysis {3}\S+\/shop-1 {2}Stopped$/m)
  const arms = { canary: { pods: 'a' }, baseline: { pods: 'b' } }
  const judge = { kind: 'kayenta', kayenta: { config: { metrics: 5 } } }
  const object = {
    apiVersion: 'serin.dev/v1alpha1',
    kind: 'AnalysisRun',
    metadata: { name: 'odd' },
    spec: { metrics: [errors], arms, judge },
  }
  await b.world.api.create(object)
  const odd = await b.serin('analyze --follow odd')
  expect(odd.code).toBe(3)
  expect(odd.out).toMatch(/^Analysis {3}\S+\/odd {2}Error$/m)
  expect(await b.serin('record odd')).toMatchObject({ code: 1, err: expect.stringContaining('ended before anything was judged') })
})

test('no controller: it says so, and where to look', patient, async () => {
  b = await analysisBench({ historyMs: 1000 })
  await b.world.controllers.stop()
  const enough = new AbortController()
  const said = await b.serin('analyze --template http --canary-pods a --baseline-pods b', {
    signal: enough.signal,
    meanwhile: (ms) => ms >= 30_000 && enough.abort(),
  })
  expect(said.code).toBe(2)
  expect(said.out).toMatch(/^15s +no controller has looked at it for 15s: kubectl get pods -A/m)
  expect(said.out.match(/no controller/g)?.length).toBe(1)
})

test('completion knows templates, ReplicaSets, analyses and runs; lint checks the kinds', patient, async () => {
  b = await analysisBench({ metrics: [errors], historyMs: 1000 })
  await b.world.api.create({ ...templateObject([latency]), kind: 'ClusterAnalysisTemplate', metadata: { name: 'latency' } })
  await b.when.imageBecomes('v2')
  await b.pass(20_000)
  const offered = async (...words: string[]) =>
    (await b.serin(['__complete', '--', ...words])).out
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[0])
  expect(await offered('analyze', '--template', '')).toEqual(['http', 'cluster/latency', ':4'])
  expect(await offered('analyze', '--template=cl')).toEqual(['--template=cluster/latency', ':4'])
  expect(await offered('analyze', '--rollout', '')).toEqual(['shop', ':4'])
  expect((await offered('analyze', '--canary', 'rs/shop-')).length).toBe(3)
  expect(await offered('analyze', '--follow', '')).toEqual(['shop-1', ':4'])
  expect(await offered('record', '')).toEqual(['shop', 'sar/shop-1', ':4'])
  expect(await offered('record', 'shop', '--run', '')).toEqual(['1', ':4'])
  expect(await offered('record', 'shop', '-o', '')).toEqual([':0'])
  expect(await offered('analyze', '--no')).toEqual(['--no-wait', ':4'])
  expect(await offered('get', '')).toEqual(['shop', ':4'])

  const manifest = [
    'apiVersion: serin.dev/v1alpha1',
    'kind: AnalysisTemplate',
    'metadata: {name: http}',
    'spec:',
    '  metrics:',
    '    - name: errors',
    '      ratio:',
    '        bad: \'errors_total{pod=~"{{arm.podz}}"}\'',
    '        total: \'requests_total{pod=~"{{arm.pods}}"}\'',
  ].join('\n')
  const linted = await b.serin('lint -f -', { stdin: manifest })
  expect(linted.code).toBe(1)
  expect(linted.out).toMatch(/^standard input:8: error: AnalysisTemplate\/http: spec\.metrics\[0\]\.ratio\.bad: .*arm\.pod/m)
})
