import { describe, expect, it } from 'vitest'
import { autoregressive, binomial, clustered, gamma, normal, normalBelow, poisson } from './random/distributions.ts'
import { philox, Stream } from './random/philox.ts'

describe('philox', () => {
  it('gives the published vectors of Philox 4x32-10', () => {
    expect(philox([0, 0, 0, 0], [0, 0])).toEqual([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8])
    const ones = 0xffffffff
    expect(philox([ones, ones, ones, ones], [ones, ones])).toEqual([0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd])
    expect(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toEqual([
      0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
    ])
  })

  it('gives streams of their own by seed, name, run and purpose', () => {
    const first = (stream: Stream): number => stream.word()
    const words = [
      new Stream(1, 'a', 0),
      new Stream(2, 'a', 0),
      new Stream(1, 'b', 0),
      new Stream(1, 'a', 1),
      new Stream(1, 'a', 0, 'history'),
    ].map(first)
    expect(new Set(words).size).toBe(words.length)
    expect(first(new Stream(1, 'a', 0))).toBe(words[0])
  })
})

/** Mean and variance of many draws. */
function moments(draw: () => number, n = 20_000): { mean: number; variance: number } {
  let sum = 0
  let squares = 0
  for (let at = 0; at < n; at++) {
    const x = draw()
    sum += x
    squares += x * x
  }
  return { mean: sum / n, variance: squares / n - (sum / n) ** 2 }
}

// Five standard errors of 20,000 draws, so that a right generator fails once in a million seeds.
describe('distributions have their mean and variance', () => {
  const stream = new Stream(7, 'distributions', 0)
  it.each([
    ['uniform', () => stream.uniform(), 0.5, 1 / 12],
    ['normal', () => normal(stream), 0, 1],
    ['gamma 0.3', () => gamma(stream, 0.3), 0.3, 0.3],
    ['gamma 20', () => gamma(stream, 20), 20, 20],
    ['poisson 0.2', () => poisson(stream, 0.2), 0.2, 0.2],
    ['poisson 9.9', () => poisson(stream, 9.9), 9.9, 9.9],
    ['poisson 10.1', () => poisson(stream, 10.1), 10.1, 10.1],
    ['poisson 5000', () => poisson(stream, 5000), 5000, 5000],
    ['binomial 10, 0.9', () => binomial(stream, 10, 0.9), 9, 0.9],
    ['binomial 600, 0.005', () => binomial(stream, 600, 0.005), 3, 3 * 0.995],
    ['binomial 6000, 0.3', () => binomial(stream, 6000, 0.3), 1800, 1260],
    ['clustered by 5', () => clustered(stream, 10_000, 0.005, 5), 50, 250],
    ['clustered by 2, rare', () => clustered(stream, 600, 0.001, 2), 0.6, 1.2],
  ])('%s', (_, draw, mean, variance) => {
    const seen = moments(draw)
    expect(Math.abs(seen.mean - mean)).toBeLessThan(5 * Math.sqrt(variance / 20_000))
    expect(seen.variance / variance).toBeGreaterThan(0.9)
    expect(seen.variance / variance).toBeLessThan(1.12)
  })

  it('autoregressive noise remembers as much as asked', () => {
    const noise = autoregressive(stream, 2, 0.8)
    const values = Array.from({ length: 20_000 }, noise)
    let product = 0
    for (let at = 1; at < values.length; at++) product += (values[at] ?? 0) * (values[at - 1] ?? 0)
    expect(product / (values.length - 1) / 4).toBeCloseTo(0.8, 1)
    expect(moments(noise).variance).toBeGreaterThan(3)
  })

  it('the normal distribution function agrees with known values', () => {
    expect(normalBelow(0)).toBeCloseTo(0.5, 8)
    expect(normalBelow(1.959963984540054)).toBeCloseTo(0.975, 7)
    expect(normalBelow(-3.0902323061678132)).toBeCloseTo(0.001, 7)
    expect(normalBelow(-10)).toBe(0)
  })
})
