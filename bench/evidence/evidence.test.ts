import { describe, expect, it } from 'vitest'
import { chanceOf, kindNamed, releaseKinds } from './kinds.ts'
import { readOptions, shiftsOf } from './options.ts'
import type { Release } from './release.ts'
import { strange } from './report.ts'
import { summaries } from './summary.ts'
import { targets } from './targets.ts'

describe('what is left to chance', () => {
  it('follows from the seed, the kind and the number alone, and is within its limits', () => {
    const incidents = kindNamed('incidents')
    for (const kind of releaseKinds)
      for (let number = 1; number <= 50; number++) {
        const chance = chanceOf(kind, 7, number)
        expect(chanceOf(kind, 7, number)).toEqual(chance)
        expect(chance.rest).toBeGreaterThanOrEqual(60_000)
        expect(chance.incident !== undefined).toBe(kind.incident)
      }
    const { incident } = chanceOf(incidents, 7, 3)
    expect(incident).not.toEqual(chanceOf(incidents, 8, 3).incident)
    expect(incident).not.toEqual(chanceOf(incidents, 7, 4).incident)
  })
})

describe('shifts', () => {
  const shifts = (...args: string[]) => shiftsOf(readOptions(args))

  it('are ten releases of one kind on each cluster', () => {
    expect(shifts('--only', 'errors x5', '--runs', '25', '--seed', '3')).toEqual([
      { kind: 'errors x5', seed: 3, from: 1, to: 10 },
      { kind: 'errors x5', seed: 3, from: 11, to: 20 },
      { kind: 'errors x5', seed: 3, from: 21, to: 25 },
    ])
  })

  it('of one release are those before it on its cluster, and it', () => {
    expect(shifts('--only', 'healthy', '--at', '27')).toEqual([{ kind: 'healthy', seed: 1, from: 21, to: 27 }])
    expect(shifts('--only', 'healthy', '--at', '30')).toEqual([{ kind: 'healthy', seed: 1, from: 21, to: 30 }])
  })

  it('of a quick bench begin like those of a whole one', () => {
    const whole = shifts()
    for (const { kind, from } of shifts('--quick')) expect(whole.some((shift) => shift.kind === kind && shift.from === from)).toBe(true)
  })

  it.each([
    [['--only', 'nothing'], /there are 'healthy'/],
    [['--at', '3'], /say of which kind/],
    [['--only', 'errors', '--at', '3'], /say of which kind/],
    [['--runs', '0'], /whole number from 1/],
  ])('%j is refused', (args, because) => {
    expect(() => readOptions(args)).toThrow(because)
  })
})

describe('targets', () => {
  const release = (kind: Release['kind'], number: number, more: Partial<Release> = {}): Release => ({
    kind,
    number,
    result: kind === 'healthy' || kind === 'incidents' ? 'Promoted' : 'RolledBack',
    because: 'it is so',
    minutes: 2,
    requests: 300,
    bad: 12,
    excess: 10,
    lost: 0,
    ...more,
  })
  const many = (kind: Release['kind'], count: number, more?: Partial<Release>) =>
    Array.from({ length: count }, (_, at) => release(kind, at + 1, more))
  const missed = (...releases: Release[]) =>
    targets(summaries(releases))
      .filter(({ met }) => !met)
      .map(({ what }) => what)

  it('are met by releases that go as they should', () => {
    expect(missed(...releaseKinds.flatMap(({ name }) => many(name, 10)))).toEqual([])
  })

  it.each<[string, Release[], RegExp]>([
    [
      'a healthy release of ten that is rolled back',
      [...many('healthy', 9), release('healthy', 10, { result: 'RolledBack' })],
      /healthy: rolled back/,
    ],
    ['a harmful release that is promoted', [release('errors x5', 1, { result: 'Promoted' })], /errors x5: rolled back/],
    ['a harmful release about which nothing is decided', [release('errors x10', 1, { result: 'Undecided' })], /errors x10: rolled back/],
    ['many bad answers', many('errors x10', 3, { bad: 40 }), /bad answers/],
    ['an incident that rolls back', [release('incidents', 1, { result: 'RolledBack' })], /incidents: rolled back/],
    ['a request that nobody answered', [release('healthy', 1, { lost: 1 })], /no pod answered/],
    ['a broken cluster', [...many('incidents', 5), release('incidents', 6, { result: 'Broken' })], /did not end/],
  ])('%s is missed', (_, releases, what) => {
    expect(missed(...releases).join('; ')).toMatch(what)
  })

  it('allow one of 200 healthy releases to be rolled back', () => {
    const some = (count: number) => [...many('healthy', 200 - count), ...many('healthy', count, { result: 'RolledBack' })]
    expect(missed(...some(1))).toEqual([])
    expect(missed(...some(2))).toEqual(['healthy: rolled back'])
  })

  it('name each release that went wrong with the words that make it again', () => {
    const lines = strange([...many('errors x5', 3), release('errors x5', 4, { result: 'Promoted' })], 9)
    expect(lines.filter((line) => line.startsWith('*'))).toHaveLength(1)
    expect(lines.join('\n')).toContain("npm run bench:evidence -- --only 'errors x5' --seed 9 --at 4")
  })
})
