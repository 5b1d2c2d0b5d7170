import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { judgeAll, readTable, sequentialJudge } from '../../analysis/src/index.ts'
import { milliseconds } from '../../controller/src/api/fields.ts'
import { ReleaseDetail } from '../../controller/src/server/dto/detail.ts'
import { AnalysisView, Report, Series } from '../../controller/src/server/dto/evidence.ts'
import { type AnalysisBench, analysisBench } from '../cli/analysisBench.ts'
import { ended } from '../dsl/evidence.ts'
import { type ServerBench, serverOn } from './serverBench.ts'

/** A run that was promoted, then two that were rolled back for the same reason, with their records. */
describe('evidence', () => {
  let at: AnalysisBench
  let server: ServerBench
  let where: string
  beforeAll(async () => {
    at = await analysisBench()
    for (const version of ['v2', 'errors', 'bad']) {
      await at.when.imageBecomes(version)
      await ended(at.world, 3_600_000)
    }
    server = await serverOn(at.world)
    where = at.world.namespace
  }, 60_000)
  afterEach(() => server.become('admin'))
  afterAll(async () => {
    await server.close()
    await at.stop()
  })

  const analysis = async (name: string) => AnalysisView.parse((await server.get(`/analyses/${where}/${name}`)).json)
  const series = async (name: string, metric: string) =>
    Series.parse((await server.get(`/analyses/${where}/${name}/series?metric=${metric}`)).json)

  test('an analysis that passed: what was measured, by metric, with figures of both versions', async () => {
    const seen = await analysis('shop-1')
    expect(seen).toMatchObject({
      phase: 'Pass',
      verdict: 'Pass',
      run: 1,
      stage: 'Background',
      rollout: 'shop',
      templates: ['http'],
      intervalSeconds: 15,
    })
    const errors = seen.metrics.find(({ name }) => name === 'errors')
    expect(errors).toMatchObject({ form: 'ratio', unit: 'share', verdict: 'Pass', gate: true, limits: { tolerance: 1.1, margin: 1.5 } })
    expect(errors?.canary?.value).toBeGreaterThan(0.002)
    expect(errors?.canary?.value).toBeLessThan(0.01)
    expect(errors?.baseline?.samples).toBeGreaterThan(1000)
    const latency = seen.metrics.find(({ name }) => name === 'latency')
    expect(latency).toMatchObject({ form: 'histogram', unit: 's' })
    expect((latency?.canary?.value ?? 0) / (latency?.baseline?.value ?? 1)).toBeCloseTo(1, 0)
    expect(Date.parse(seen.deadlineAt ?? '') - Date.parse(seen.startedAt ?? '')).toBe(3_600_000)
  })

  test('an analysis that failed has the metric that failed it first', async () => {
    const seen = await analysis('shop-2')
    expect(seen.metrics[0]).toMatchObject({ name: 'errors', verdict: 'Fail' })
    expect(seen.metrics[0]?.canary?.value).toBeGreaterThan((seen.metrics[0]?.baseline?.value ?? 0) * 2)
  })

  test('a series is what the judge said interval by interval, and ends as the status does', async () => {
    const { metrics, intervals } = await analysis('shop-2')
    const { points, marks, limits, summary, gaps } = await series('shop-2', 'errors')
    const errors = metrics.find(({ name }) => name === 'errors')
    expect(points).toHaveLength(intervals)
    expect(points.at(-1)).toMatchObject({ verdict: 'Fail', estimate: errors?.ratio?.estimate, low: errors?.ratio?.low ?? null })
    expect(points.map((point) => Date.parse(point.at))).toEqual(
      points.map((_, n) => Date.parse(points[0]?.at ?? '') + n * milliseconds('15s')),
    )
    expect(points.some(({ canary, baseline }) => (canary ?? 0) > 0 && (baseline ?? 0) >= 0)).toBe(true)
    expect(limits).toEqual({ tolerance: 1.1, margin: 1.5 })
    expect(marks.filter(({ kind }) => kind === 'weight')[0]?.text).toMatch(/% of the traffic/)
    expect(marks.find(({ kind }) => kind === 'verdict')).toMatchObject({ text: 'Fail', at: points.at(-1)?.at })
    expect(summary).toContain('errors')
    expect(gaps).toEqual([])
  })

  test('there is no series of a metric that it does not have; those that it has are named', async () => {
    const { status, json } = await server.get(`/analyses/${where}/shop-1/series?metric=nothing`)
    expect([status, json.detail]).toEqual([404, 'AnalysisRun shop-1 has no metric nothing. It has errors, latency.'])
  })

  test('the record is judged again to the same verdict', async () => {
    const { text, headers } = await server.get(`/analyses/${where}/shop-2/record`)
    expect(headers['content-disposition']).toBe('attachment; filename="shop-2.json"')
    const { record } = readTable(text)
    const judged = judgeAll(sequentialJudge, record?.plan as never, record?.intervals ?? [])
    expect(judged.verdict).toBe('fail')
    const csv = await server.get(`/analyses/${where}/shop-2/record?format=csv`)
    expect(csv.headers['content-type']).toContain('text/csv')
    expect(readTable(csv.text).closed).toEqual(record?.intervals)
  })

  test('what the client has of an ended analysis is not sent, nor judged, again', async () => {
    for (const path of [
      `/analyses/${where}/shop-1`,
      `/analyses/${where}/shop-1/record`,
      `/releases/${where}/shop/runs/1`,
      `/analyses/${where}/shop-1/series?metric=errors`,
    ]) {
      const { headers } = await server.get(path)
      expect(await server.get(path, { 'if-none-match': String(headers.etag) }), path).toMatchObject({ status: 304, text: '' })
    }
  })

  test('the report of a run says what became of it, by what, and which earlier ones failed alike', async () => {
    const report = Report.parse((await server.get(`/releases/${where}/shop/runs/3`)).json)
    expect(report).toMatchObject({ run: 3, ended: { result: 'RolledBack' }, to: { images: ['demo:bad'] } })
    expect(report.verdict).toMatch(/^Run 3 went back from demo:bad to demo:v2 after .*: errors: /)
    expect(report.analyses.map(({ name }) => name)).toEqual(['shop-3'])
    expect(report.similar).toMatchObject([{ run: 2 }])
    const good = Report.parse((await server.get(`/releases/${where}/shop/runs/1`)).json)
    expect(good.verdict).toMatch(/^Run 1 promoted demo:v2 after /)
    expect(good.similar).toEqual([])
    expect((await server.get(`/releases/${where}/shop/runs/9`)).json.detail).toContain('does not remember run 9')
  })

  test('the release names its analyses, the newest first', async () => {
    const { analyses } = ReleaseDetail.parse((await server.get(`/releases/${where}/shop`)).json)
    expect(analyses.map(({ name, phase }) => `${name} ${phase}`)).toEqual(['shop-3 Fail', 'shop-2 Fail', 'shop-1 Pass'])
  })

  test('whoever may not see analyses gets the report without them, and is told so', async () => {
    await at.given.may('carla', 'get')
    server.become('carla')
    const report = Report.parse((await server.get(`/releases/${where}/shop/runs/2`)).json)
    expect(report.analyses).toEqual([])
    expect(report.verdict).toContain('you may not list analysisruns.serin.dev')
    expect((await server.get(`/analyses/${where}/shop-1`)).status).toBe(403)
    expect(ReleaseDetail.parse((await server.get(`/releases/${where}/shop`)).json).analyses).toEqual([])
  })

  test('of a run whose analysis is gone the report says so', async () => {
    await at.world.api.delete('AnalysisRun', 'shop-2')
    const report = Report.parse((await server.get(`/releases/${where}/shop/runs/2`)).json)
    expect(report.analyses).toEqual([])
    expect(report.verdict).toContain('Its AnalysisRun shop-2 is gone')
    expect(Report.parse((await server.get(`/releases/${where}/shop/runs/3`)).json).similar).toMatchObject([{ run: 2 }])
  })
})
