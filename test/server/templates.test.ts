import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { SourceList, TemplateCheck, TemplateList, TemplateView, Try } from '../../controller/src/server/dto/measuring.ts'
import { Problem } from '../../controller/src/server/dto/problem.ts'
import { Statistics } from '../../controller/src/server/dto/statistics.ts'
import { type AnalysisBench, analysisBench } from '../cli/analysisBench.ts'
import { ended, errors, templateObject } from '../dsl/evidence.ts'
import { type ServerBench, serverOn } from './serverBench.ts'

/** A shop at rest with twenty minutes of traffic. */
describe('templates', () => {
  let at: AnalysisBench
  let server: ServerBench
  let where: string
  beforeAll(async () => {
    at = await analysisBench({ historyMs: 1_200_000 })
    server = await serverOn(at.world)
    where = at.world.namespace
  }, 60_000)
  afterEach(() => server.become('admin'))
  afterAll(async () => {
    await server.close()
    await at.stop()
  })
  const request = (more: object) => ({ namespace: where, rollout: 'shop', since: '15m', ...more })
  const stored = { template: { scope: 'Namespace', name: 'http' } }

  /** Tries, and looks again until it has ended. */
  async function tried(body: object): Promise<Try> {
    const sent = await server.post('/templates/try', request(body))
    expect(sent.status, sent.text).toBe(201)
    let last = Try.parse(sent.json)
    await at.world.expect(
      'the try to end',
      async () => {
        last = Try.parse((await server.get(`/tries/${where}/${last.name}`)).json)
        return last.done ? undefined : last.analysis.message
      },
      120_000,
    )
    return last
  }

  test('the list has what each measures, and who uses it', async () => {
    const { items } = TemplateList.parse((await server.get('/templates')).json)
    expect(items).toEqual([
      {
        scope: 'Namespace',
        namespace: where,
        name: 'http',
        judge: 'sequential',
        metrics: [
          { name: 'errors', form: 'ratio', gate: true },
          { name: 'latency', form: 'histogram', gate: true },
        ],
        args: [],
        usedBy: [{ namespace: where, name: 'shop' }],
      },
    ])
  })

  test('whoever may not list templates sees none, and may not look at one', async () => {
    server.become('carla')
    expect((await server.get('/templates')).json).toEqual({ items: [] })
    expect((await server.get('/sources')).json).toEqual({ items: [] })
    const refused = await server.get(`/templates/Namespace/${where}/http`)
    expect(Problem.parse(refused.json)).toMatchObject({ status: 403, missing: { verb: 'get', resource: 'analysistemplates.serin.dev' } })
    expect((await server.post('/templates/try', request(stored))).json).toMatchObject({ status: 403, missing: { verb: 'create' } })
  })

  test('one template with its text, as it could be applied again', async () => {
    const view = TemplateView.parse((await server.get(`/templates/Namespace/${where}/http`)).json)
    const object = parse(view.yaml)
    expect(object).toMatchObject({ kind: 'AnalysisTemplate', metadata: { name: 'http', namespace: where } })
    expect(Object.keys(object.metadata)).toEqual(['name', 'namespace'])
    expect((await server.post('/templates/check', { yaml: view.yaml })).json).toEqual({ findings: [] })
    expect((await server.get(`/templates/Namespace/${where}/nothing`)).status).toBe(404)
    expect((await server.get('/templates/Cluster/-/nothing')).status).toBe(404)
  })

  test('a text is checked line by line; what is no YAML, or would grow without bound, is a finding', async () => {
    const check = async (yaml: string) => TemplateCheck.parse((await server.post('/templates/check', { yaml })).json).findings
    const wrong = stringify(templateObject([{ ...errors, direction: 'sideways' }]))
    expect((await check(wrong))[0]).toMatchObject({
      severity: 'error',
      line: wrong.split('\n').findIndex((line) => line.includes('sideways')) + 1,
    })
    expect((await check('a: [1'))[0]?.message).toContain('not YAML')
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((key, n) => `${key}: &${key} [${Array(9).fill(`*${'abcdefgh'[n]}`).join(',')}]`)
      .join('\n')}`
    expect((await check(bomb))[0]?.severity).toBe('error')
  })

  test('a try at rest compares two halves of the stable pods: a pass, how long a release would take, and no false alarm', async () => {
    const { analysis, plan, backtest } = await tried(stored)
    expect(analysis).toMatchObject({ stage: 'ByHand', templates: ['http'] })
    expect(['Pass', 'Inconclusive']).toContain(analysis.phase)
    expect(analysis.intervals).toBeGreaterThan(40)
    expect(analysis.metrics[0]?.canary?.samples).toBeGreaterThan(5_000)
    expect(plan.map(({ metric }) => metric)).toEqual(['errors', 'latency'])
    expect(plan[0]?.detects.map(({ ratio }) => ratio)).toContain(5)
    expect(backtest).toMatchObject({ runs: 1, falseAlarms: 0 })
    const object = await at.world.api.get('AnalysisRun', analysis.name)
    expect(object.metadata.annotations['serin.dev/try-of']).toBe('shop')
    const pods = (await at.world.api.list('Pod')).map(({ metadata }) => metadata.name).filter((name) => name.startsWith('shop-'))
    const side = (arm: 'canary' | 'baseline') => pods.filter((name) => new RegExp(`^(?:${object.spec.arms[arm].pods})$`).test(name))
    expect([side('canary').length, side('baseline').length]).toEqual([2, 2])
    expect(side('canary').some((name) => side('baseline').includes(name))).toBe(false)
  })

  test('a text that is not stored is tried without being made', async () => {
    const yaml = stringify(templateObject([errors], { name: 'draft', interval: '30s' }))
    const { analysis } = await tried({ yaml })
    expect(analysis).toMatchObject({ intervalSeconds: 30, templates: [] })
    expect(analysis.metrics.map(({ name }) => name)).toEqual(['errors'])
    expect(await at.world.api.get('AnalysisTemplate', 'draft')).toBeUndefined()
  })

  test('what cannot be tried is refused with what to write instead', async () => {
    const refused = async (body: object) => (await server.post('/templates/try', request(body))).json
    expect(await refused({ yaml: stringify(templateObject([{ ...errors, direction: 'sideways' }])) })).toMatchObject({
      status: 400,
      errors: [{ path: expect.stringMatching(/^line \d+$/) }],
    })
    expect(await refused({ yaml: 'kind: ConfigMap' })).toMatchObject({
      status: 400,
      detail: expect.stringContaining('no AnalysisTemplate'),
    })
    expect(await refused({})).toMatchObject({ status: 400 })
    expect(await refused({ ...stored, rollout: 'nobody' })).toMatchObject({ status: 404 })
    expect(await refused({ template: { scope: 'Namespace', name: 'nothing' } })).toMatchObject({ status: 404 })
    expect(await refused({ ...stored, args: { unknown: '1' } })).toMatchObject({ status: 400, detail: expect.stringContaining('unknown') })
    const shown = await serverOn(at.world, { readOnly: true })
    expect((await shown.post('/templates/try', request(stored))).json).toMatchObject({ code: 'SERIN-403-READONLY' })
    await shown.close()
  })

  test('sources: whether each answers', async () => {
    const { items } = SourceList.parse((await server.get('/sources')).json)
    expect(items).toMatchObject([
      { scope: 'Namespace', namespace: where, name: 'default', type: 'prometheus', address: 'prometheus.test', health: 'Up' },
    ])
  })

  test('during a run the new version is tried against the old one', async () => {
    await at.when.imageBecomes('v2')
    await at.world.expect('pods of the new version', async () =>
      (await server.get(`/releases/${where}/shop`)).json.arms[0].available > 0 ? undefined : 'none',
    )
    await at.pass(60_000)
    const sent = await server.post('/templates/try', request({ ...stored, since: '1m' }))
    const { spec } = await at.world.api.get('AnalysisRun', Try.parse(sent.json).name)
    expect(spec.arms).toMatchObject({ canary: { service: 'shop-canary' }, baseline: { service: 'shop' } })
    expect(spec.arms.canary.hash).not.toBe(spec.arms.baseline.hash)
  })

  test('statistics count the runs of releases that the person may list', async () => {
    await ended(at.world, 3_600_000)
    await at.pass(60_000)
    const all = Statistics.parse((await server.get('/statistics?by=namespace&days=7')).json)
    expect(all.rows).toMatchObject([{ key: where, runs: 1, deployments: 1, failureRate: 0, perWeek: 1 }])
    server.become('carla')
    expect(Statistics.parse((await server.get('/statistics')).json).total.runs).toBe(0)
  })

  test('of a single pod there are no two sides: that is said', async () => {
    await at.when.scaledTo(1)
    await at.pass(120_000)
    const { json } = await server.post('/templates/try', request(stored))
    expect(json).toMatchObject({ status: 400, detail: expect.stringContaining('has one pod') })
  })
})
