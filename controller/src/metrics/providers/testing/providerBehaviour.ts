import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SourceKind } from '../../../api/metricSource.ts'
import { SourceError } from '../../errors.ts'
import type { Provider, ProviderCall, Series } from '../../provider.ts'
import { amountIn, type Happening, type VendorServer } from './vendorServer.ts'

export interface Subject {
  readonly kind: SourceKind
  readonly step: number
  /** Its amounts begin and end exactly at the edges, even where those are no multiples of the step. */
  readonly exact?: boolean
  /** A query for amounts by pod. */
  readonly query: string
  /** The label that holds the pod. */
  readonly pod: string
  /** What the vendor answers to a query that it does not understand, with that sentence in it. */
  refusal(sentence: string): { status?: number; body: string }
  open(happenings: readonly Happening[]): Promise<{ server: VendorServer; ask: Asking; secrets: readonly string[] }>
}

export interface Asking {
  range(query: string, from: number, to: number, step: number): Promise<Series[]>
  values(query: string, at: number, interval: number): Promise<number[]>
}

/** Binds a provider to its call. */
export function asking<K extends SourceKind>(
  provider: Provider<K>,
  call: Parameters<Provider<K>['values']>[1] & ProviderCall<unknown>,
): Asking {
  return {
    async range(query, from, to, step) {
      if (!provider.range) throw new Error(`${provider.kind} has no range`)
      return provider.range({ query, from, to, step }, call)
    },
    values: (query, at, interval) => provider.values({ query, at, interval }, call),
  }
}

export const noon = Date.UTC(2026, 5, 1, 12)

/** The error of an attempt that must fail by a SourceError. */
export async function errorOf(attempt: Promise<unknown>): Promise<SourceError> {
  const error: unknown = await attempt.then(
    (value) => new Error(`gave ${JSON.stringify(value)}`),
    (cause: unknown) => cause,
  )
  if (error instanceof SourceError) return error
  throw error
}

const html = '<!DOCTYPE html><html><body>Sign in</body></html>'

/** What every kind of source does alike, tried on one: the laws of amounts on the grid, and bad answers. */
export function behavesAsSource(subject: Subject): void {
  const { step, query, pod } = subject
  const happenings: readonly Happening[] = [
    { at: noon - step, pod: 'web-1', amount: 50 },
    { at: noon, pod: 'web-1', amount: 1 },
    // In the last of the ten seconds that a source may keep as one point.
    { at: noon + step - 10_000, pod: 'web-1', amount: 2 },
    { at: noon + step / 2, pod: 'web-2', amount: 5 },
    { at: noon + 4 * step - 10_000, pod: 'web-1', amount: 7 },
    { at: noon + 4 * step, pod: 'web-2', amount: 90 },
  ]
  let opened: Awaited<ReturnType<Subject['open']>>
  const fresh = async (what: readonly Happening[]) => {
    const next = await subject.open(what)
    toClose.push(next.server)
    return next
  }
  let toClose: VendorServer[] = []

  describe(`${subject.kind} as a source`, () => {
    beforeEach(async () => {
      opened = await fresh(happenings)
    })
    afterEach(async () => {
      const complaints = toClose.flatMap((server) => server.complaints)
      await Promise.all(toClose.map((server) => server.close()))
      toClose = []
      expect(complaints).toEqual([])
    })

    test('gives the amount of each interval at its end, by pod', async () => {
      const series = await opened.ask.range(query, noon + step, noon + 4 * step, step)
      expect(byPod(series, pod)).toEqual({
        'web-1': [
          [noon + step, 3],
          [noon + 4 * step, 7],
        ],
        'web-2': [[noon + step, 5]],
      })
    })

    test('gives one edge alone as it gives it among others', async () => {
      const series = await opened.ask.range(query, noon + 4 * step, noon + 4 * step, step)
      expect(byPod(series, pod)).toEqual({ 'web-1': [[noon + 4 * step, 7]] })
    })

    test('counts everything once, and not before it happened, on any grid and in any split', async () => {
      const arbitrary = fc.record({
        phase: fc.integer({ min: 0, max: step - 1 }),
        cut: fc.integer({ min: 1, max: 6 }),
        happenings: fc.array(fc.record({ at: fc.integer({ min: 0, max: 5 * step - 1 }), amount: fc.integer({ min: 1, max: 9 }) }), {
          maxLength: 12,
        }),
      })
      await fc.assert(
        fc.asyncProperty(arbitrary, async ({ phase, cut, happenings: some }) => {
          // Sources that keep points of some seconds keep them at multiples of ten.
          const what = some.map(({ at, amount }) => ({ at: noon + Math.floor(at / 10_000) * 10_000, amount, pod: 'web-1' }))
          const { ask } = await fresh(what)
          const first = noon + phase
          const whole = pointsOf(await ask.range(query, first, first + 7 * step, step), pod)
          const parts = [
            ...pointsOf(await ask.range(query, first, first + (cut - 1) * step, step), pod),
            ...pointsOf(await ask.range(query, first + cut * step, first + 7 * step, step), pod),
          ]
          expect(parts).toEqual(whole)
          expect(sum(whole.map(([, amount]) => amount))).toBe(sum(what.map(({ amount }) => amount)))
          for (const [at] of whole) expect((at - first) % step).toBe(0)
          let seen = 0
          for (const [at, amount] of whole) {
            seen += amount
            expect(seen).toBeLessThanOrEqual(amountIn(what, 'web-1', noon - step, at) ?? 0)
            expect(seen).toBeGreaterThanOrEqual(
              amountIn(what, 'web-1', noon - step, subject.exact ? Math.floor(at / 10_000) * 10_000 - 10_000 : at - step) ?? 0,
            )
          }
        }),
        { numRuns: 12 },
      )
    })

    test('gives no point for what it knows nothing of', async () => {
      const { ask } = await fresh([])
      const series = await ask.range(query, noon, noon + 4 * step, step)
      expect(series.flatMap((one) => one.points)).toEqual([])
    })

    test('refuses a step that is no whole number of seconds', async () => {
      const error = await errorOf(opened.ask.range(query, noon, noon + 1500, 1500))
      expect(error.fault).toBe('query')
      expect(error.message).toMatch(/interval/)
    })

    test.each([
      [401, 'refused'],
      [403, 'refused'],
      [500, 'down'],
      [503, 'down'],
    ] as const)('takes status %i as %s', async (status, fault) => {
      opened.server.instead(...Array.from({ length: 2 }, () => ({ status, body: html })))
      expect((await errorOf(opened.ask.range(query, noon, noon + step, step))).fault).toBe(fault)
    })

    test('takes 429 as limited, with the time to wait', async () => {
      opened.server.instead({ status: 429, headers: { 'retry-after': '17' }, body: '' })
      const error = await errorOf(opened.ask.range(query, noon, noon + step, step))
      expect([error.fault, error.retryAfterMs]).toEqual(['limited', 17_000])
    })

    test.each([
      ['a page of HTML', html, /HTML/],
      ['JSON of another shape', '"nothing known"', /address of the source/],
      ['JSON that is cut off', '{"series": [', /address of the source/],
    ])('takes %s for an answer of another shape', async (_, body, words) => {
      for (const call of [() => opened.ask.range(query, noon, noon + step, step), () => opened.ask.values(query, noon, step)]) {
        opened.server.instead({ body })
        const error = await errorOf(call())
        expect(error.fault).toBe('shape')
        expect(error.message).toMatch(words)
      }
    })

    test('does not follow a redirect, and says so', async () => {
      opened.server.instead({ status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' })
      const error = await errorOf(opened.ask.range(query, noon, noon + step, step))
      expect([error.fault, /redirect/.test(error.message)]).toEqual(['refused', true])
    })

    test('takes 404 with a page for a wrong address', async () => {
      opened.server.instead({ status: 404, body: html })
      const error = await errorOf(opened.ask.range(query, noon, noon + step, step))
      expect(error.message).toMatch(/address/)
    })

    test("hands on the vendor's own sentence, shortened, and without any key", async () => {
      const said = `cannot parse near 'x': ${opened.secrets.join(' ')} ${'long '.repeat(500)}`
      opened.server.instead(subject.refusal(said))
      const error = await errorOf(opened.ask.range(query, noon, noon + step, step))
      expect(error.fault).toBe('query')
      expect(error.message).toContain("cannot parse near 'x'")
      expect(error.message.length).toBeLessThan(600)
      for (const secret of opened.secrets) expect(error.message).not.toContain(secret)
    })

    test('puts no key into an address', async () => {
      await opened.ask.range(query, noon, noon + step, step)
      for (const { path, params } of opened.server.received) {
        for (const secret of opened.secrets) expect(`${path}?${params}`).not.toContain(secret)
      }
    })
  })
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

function byPod(series: readonly Series[], label: string): Record<string, Series['points']> {
  // Some sources say 0 where nothing happened, others nothing.
  const some = series.map((one) => [one.labels[label] ?? '', one.points.filter(([, amount]) => amount !== 0)] as const)
  return Object.fromEntries(some.filter(([, points]) => points.length > 0))
}

function pointsOf(series: readonly Series[], label: string): Series['points'] {
  return byPod(series, label)['web-1'] ?? []
}
