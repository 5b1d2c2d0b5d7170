import { describe, expect, it } from 'vitest'
import { seededNoise, textSeed } from './noise.ts'
import { summarize } from './summary.ts'

describe('noise', () => {
  it('is about normal: mean 0, deviation 1, finite', () => {
    const noise = seededNoise(1)
    const { mean, std, min, max } = summarize(Array.from({ length: 20_000 }, (_, at) => noise(3, at)))
    expect(Math.abs(mean)).toBeLessThan(0.03)
    expect(Math.abs(std - 1)).toBeLessThan(0.02)
    expect(min).toBeGreaterThan(-7)
    expect(max).toBeLessThan(7)
  })

  it('has the same number at the same place, and others at other places, streams and seeds', () => {
    const noise = seededNoise(1)
    expect(noise(0, 5)).toBe(seededNoise(1)(0, 5))
    expect(new Set([noise(0, 5), noise(0, 6), noise(1, 5), seededNoise(2)(0, 5)]).size).toBe(4)
  })

  it('takes a seed from text', () => {
    expect(textSeed('errors', 1)).toBe(textSeed('errors', 1))
    expect(new Set([textSeed('errors', 1), textSeed('errors', 2), textSeed('error', 1)]).size).toBe(3)
  })
})
