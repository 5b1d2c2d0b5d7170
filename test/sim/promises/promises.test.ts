import { describe, expect, it } from 'vitest'
import { pledges, promisesPage } from '../promises.ts'
import { answersTales } from './tales/answers.ts'
import { endingsTales } from './tales/endings.ts'
import { gitOpsTales } from './tales/gitOps.ts'
import { podsTales } from './tales/pods.ts'
import { quietTales } from './tales/quiet.ts'
import { trafficTales } from './tales/traffic.ts'
import { truthTales } from './tales/truth.ts'
import { verdictsTales } from './tales/verdicts.ts'
import { theatreOf } from './theatre.ts'

/** Of every promise, how it is kept and how it is broken. */
const tales = {
  ...trafficTales,
  ...podsTales,
  ...verdictsTales,
  ...answersTales,
  ...truthTales,
  ...endingsTales,
  ...quietTales,
  ...gitOpsTales,
}

const ofTheatre = (name: string) => () => theatreOf(name, name === 'an empty diff' ? { by: 'gitops', mode: 'Pods' } : {})

describe('every promise', () => {
  it('has a tale of how it is kept, and of how it is broken', () => {
    expect(Object.keys(tales).sort()).toEqual(pledges.map(({ name }) => name).sort())
    for (const { broken } of Object.values(tales)) expect(Object.keys(broken).length).toBeGreaterThan(0)
  })

  it('stands on the page for people (vitest -u writes it)', async () => {
    await expect(promisesPage()).toMatchFileSnapshot('../../../docs/reference/promises.md')
  })
})

describe.each(Object.entries(tales))('%s', (name, { kept, broken }) => {
  it('is kept', () => {
    expect(kept(ofTheatre(name)).breach).toBeUndefined()
  })
  it.each(Object.entries(broken))('is broken by: %s', (_, [tell, says]) => {
    expect(tell(ofTheatre(name)).breach).toMatch(says)
  })
})
