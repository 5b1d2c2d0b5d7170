import { describe, expect, it } from 'vitest'
import { Stream } from '../../../bench/judge/random/philox.ts'
import { Storage } from '../../../sandbox/src/prometheus/storage.ts'
import { limit } from '../../dsl/evidence.ts'
import { fleet } from './fleet.ts'
import { readOptions } from './options.ts'
import { type Mutant, type Release, release } from './release.ts'
import { lineOf } from './report.ts'
import { service } from './service.ts'
import { hidesTooMuch, summaries } from './summary.ts'
import { targets, wentWell } from './targets.ts'
import { worldNamed, worlds } from './worlds.ts'

const made = (world: string, seeds: readonly number[], mutant?: Mutant): Promise<Release[]> =>
  seeds.reduce<Promise<Release[]>>(
    async (before, seed) => [...(await before), await release(worldNamed(world), seed, mutant)],
    Promise.resolve([]),
  )
const missed = (releases: readonly Release[]): string =>
  targets(summaries(releases))
    .filter(({ met }) => !met)
    .map(({ what }) => what)
    .join('; ')

describe('the judge in the loop', { timeout: 60_000 }, () => {
  it.each([
    ['healthy', [28]],
    ['incident of a dependency', [12]],
    ['healthy, source out of order', [8]],
    ['errors x10', [2]],
    ['errors x10, source out of order', [1]],
  ])('%s goes as it should, and its record judged again says the same', async (world, seeds) => {
    const releases = await made(world, seeds)
    expect(releases.filter((one) => !wentWell(one)).map(lineOf)).toEqual([])
  })

  it('makes a release again from its world and seed', async () => {
    expect(await made('errors x10', [3])).toEqual(await made('errors x10', [3]))
  })
})

describe('a blunted judge is noticed', { timeout: 60_000 }, () => {
  it('that hears the counts of the new version as the old one’s, and the other way round', async () => {
    const swapped: Mutant = {
      told: (truth) => ({ ...truth, told: (version, moment) => truth.state(version === 'new' ? 'old' : 'new', moment).errors }),
    }
    const releases = await made('errors x10', [1, 3], swapped)
    expect(missed(releases)).toMatch(/errors x10: promoted; errors x10: rolled back; errors x10: bad answers/)
    expect(lineOf(releases[0] as Release)).toContain("npm run sim:judge -- --world 'errors x10' --from 1 --runs 1`: Promoted")
  })

  it('that looks at the new version alone, with a limit of twice the usual errors', async () => {
    const fixed: Mutant = { metrics: [{ ...limit, threshold: { ...limit.threshold, pass: 'value < 0.01' } }] }
    expect(missed(await made('healthy', [3, 4], fixed))).toMatch(/false rollbacks in all healthy worlds; healthy: rolled back/)
  })
})

describe('the truth', () => {
  it('is counted by the pods as it is, with the dispersion it has', () => {
    const truth = service({ errors: 0.01, dispersion: 5 })
    const storage = new Storage({ retentionMs: 1e9, maxSamples: 1e6 })
    const pods = fleet(truth, new Stream(1, 'fleet', 0), storage, 'shop', 'new')
    const receivers = [{ name: 'a', image: 'new', running: true, share: 1, direct: 0 }]
    const bad: number[] = []
    for (let at = 1; at <= 2000; at++) {
      const before = pods.served().bad
      for (const third of [1, 2, 3]) pods.answer(receivers, 15_000 * at + 5_000 * (third - 3), 5_000, { since: 1, weight: 100 }, 0)
      bad.push(pods.served().bad - before)
    }
    pods.scrape(receivers, 30_000_000, { since: 1, weight: 100 })
    const mean = bad.reduce((sum, one) => sum + one, 0) / bad.length
    const variance = bad.reduce((sum, one) => sum + (one - mean) ** 2, 0) / bad.length
    expect(mean).toBeGreaterThan(14)
    expect(mean).toBeLessThan(16)
    expect(variance / mean).toBeGreaterThan(4.4)
    expect(variance / mean).toBeLessThan(5.6)
    const scraped = (code: string) =>
      storage.series({ __name__: 'http_requests_total', namespace: 'shop', pod: 'a', job: 'pods', code }).values[0]
    expect([scraped('500'), scraped('200')]).toEqual([pods.served().bad, pods.served().requests - pods.served().bad])
  })

  it('says which weights may be left', () => {
    const of = (name: string) => [1, 5, 25, 50].filter((weight) => hidesTooMuch(worldNamed(name), weight))
    expect(of('all fail')).toEqual([1, 5, 25, 50])
    expect(of('errors x10')).toEqual([25, 50])
    expect(of('errors x5')).toEqual([25, 50])
    expect(of('errors x2')).toEqual([])
  })

  it('has an incident, a lie and a disorder of its own for each seed', () => {
    for (const { begin, name } of worlds) {
      const [one, again, other] = [1, 1, 2].map((seed) => JSON.stringify(begin(new Stream(seed, name, 0))))
      expect(again).toBe(one)
      if (begin.length > 0 && /incident|source/.test(name)) expect(other).not.toBe(one)
    }
  })
})

describe('options', () => {
  it('are as many releases as are asked for, from that seed on', () => {
    expect(readOptions(['--world', 'errors x2', '--from', '7', '--runs', '2']).tasks).toEqual([
      { world: 'errors x2', seed: 7 },
      { world: 'errors x2', seed: 8 },
    ])
    expect(readOptions([]).whole).toBe(true)
  })

  it.each([
    [['--world', 'nowhere'], /there is no world 'nowhere': there are 'healthy'/],
    [['--runs', '0'], /whole number from 1/],
  ])('%j is refused', (args, because) => {
    expect(() => readOptions(args)).toThrow(because)
  })
})
