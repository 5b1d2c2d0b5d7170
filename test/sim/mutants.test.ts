import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { lastFound } from './mutants/found.ts'
import { hunt, soundOver, worthTrying } from './mutants/hunt.ts'
import { type Mutant, mutantNamed, mutants, mutated } from './mutants.ts'
import { planOf } from './plan.ts'
import { poolOf } from './pool.ts'
import { pledges } from './promises.ts'
import { shrink } from './shrink.ts'

const root = join(import.meta.dirname, '../..')

describe('every mutant', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s fits its file, which still is a program', (_, mutant) => {
    const source = readFileSync(join(root, mutant.file), 'utf8')
    const sick = mutated(mutant, source)
    expect(sick).not.toBe(source)
    expect(stripTypeScriptTypes(sick)).not.toBe('')
    expect([mutant.find].flat()).toHaveLength([mutant.put].flat().length)
  })

  test('has a name of its own, and there are many', () => {
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length)
    expect(mutants.length).toBeGreaterThanOrEqual(50)
  })

  test('is expected to break a promise that there is', () => {
    const promises = new Set(pledges.map(({ name }) => name))
    expect(mutants.filter(({ breaks }) => !promises.has(breaks)).map(({ name, breaks }) => `${name}: ${breaks}`)).toEqual([])
  })

  test('was found by a seed', () => {
    expect(Object.keys(lastFound()).sort()).toEqual(mutants.map(({ name }) => name).sort())
  })

  test('is refused when its text is not there exactly once', () => {
    const mutant: Mutant = { name: 'x', file: 'f.ts', find: 'one', put: 'two', why: '', breaks: '' }
    expect(mutated(mutant, 'one and another')).toBe('two and another')
    expect(() => mutated(mutant, 'one and one')).toThrow("mutant 'x': its text occurs 2 times in f.ts: one")
    expect(() => mutated(mutant, 'nothing')).toThrow(/occurs 0 times/)
  })
})

describe('a mutant', () => {
  const mutant = mutantNamed('own rules never put back')
  const sound = poolOf({ jobs: 1 })
  const sick = poolOf({ jobs: 1, mutant: mutant.name })
  afterAll(() => {
    sound.close()
    sick.close()
  })

  test('is found, its seed replays, and a smaller world breaks the same promise', { timeout: 240_000 }, async () => {
    const plans = Array.from({ length: 60 }, (_, seed) => planOf(seed + 1))
    const { caught } = await hunt(mutant, { seeds: worthTrying(mutant, plans).slice(0, 12), sound: soundOver(sound) })
    if (!caught) throw new Error('it survived')
    const plan = planOf(caught.seed)
    const outcome = await sick.run(plan)
    expect({ ...outcome.breach, seed: caught.seed }).toEqual(caught)

    const least = await shrink(plan, outcome, { run: (one) => sick.run(one), jobs: 1, deadline: performance.now() + 4_000 })
    expect(JSON.stringify(least.plan).length).toBeLessThan(JSON.stringify(plan).length)
    expect(least.plan.acts.length).toBeLessThanOrEqual(plan.acts.length)
    const again = await sick.run(JSON.parse(JSON.stringify(least.plan)))
    expect(again.breach).toEqual(least.outcome.breach)
    expect(again.breach?.promise).toBe(caught.promise)
    expect((await sound.run(least.plan)).breach).toBeUndefined()
  })
})
