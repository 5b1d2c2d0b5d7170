import { nameOf, normal, uniforms } from '../random.ts'
import { badArgument } from './arguments.ts'

/** A standard normal number for a place in a stream: the same place always gives the same number, in whatever order places are asked. */
export type Noise = (stream: number, index: number) => number

export const DEFAULT_SEED = 20180411

export function seededNoise(seed: number): Noise {
  const known = readSeed(seed)
  return (stream, index) => normal(uniforms(known, stream, index))
}

/** A seed from text, to give each metric a stream of its own whatever stands beside it. */
export function textSeed(text: string, seed: number): number {
  return nameOf(`${seed} ${text}`)
}

/** The caller's generator; undefined for null. */
export function readNoise(noise: unknown): Noise | undefined {
  if (noise === undefined || noise === null) return undefined
  if (typeof noise !== 'function') throw badArgument('noise', noise, 'a function that gives a standard normal number')
  return noise as Noise
}

/** The caller's seed; the default for null. */
export function readSeed(seed: unknown): number {
  if (seed === undefined || seed === null) return DEFAULT_SEED
  if (typeof seed !== 'number' || !Number.isFinite(seed)) throw badArgument('seed', seed, 'a whole number such as 7')
  return seed
}
