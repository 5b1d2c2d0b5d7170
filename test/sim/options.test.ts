import { expect, test } from 'vitest'
import { BadArguments, readSim } from './options.ts'

test('a hundred seeds from the first on, when nothing is said', () => {
  expect(readSim([])).toMatchObject({ seeds: 100, from: 1, minutes: undefined, replay: undefined, shrink: true, keep: false })
})

test('with minutes there is no end to the seeds but the time', () => {
  expect(readSim(['--minutes', '0.5'])).toMatchObject({ seeds: Number.POSITIVE_INFINITY, minutes: 0.5 })
  expect(readSim(['--minutes', '10', '--seeds', '7', '--from', '40'])).toMatchObject({ seeds: 7, from: 40, minutes: 10 })
})

test.each([
  [['--sedds', '3'], /sedds/],
  [['3'], /Unexpected argument '3'/],
  [['--seeds'], /seeds/],
  [['--seeds', '0'], '--seeds 0: write a whole number from 1 to'],
  [['--seeds', '1e99'], '--seeds 1e99: write a whole number'],
  [['--seeds', ''], '--seeds : write a whole number'],
  [['--from', '1.5'], '--from 1.5: write a whole number from 0 to'],
  [['--minutes', 'soon'], '--minutes soon: write a number above 0'],
  [['--jobs', '0'], '--jobs 0: write a whole number from 1 to 256'],
  [['--replay', '8', '--plan', 'x.json'], 'write one of them'],
  [['--replay', '8', '--seeds', '3'], '--seeds is for many seeds: leave it out, or --replay'],
  [['--plan', 'x.json', '--write'], '--write is for many seeds: leave it out, or --plan'],
  [['--keep'], 'say which with --replay or --plan'],
])('%j is refused in a sentence', (args, sentence) => {
  expect(() => readSim(args)).toThrow(BadArguments)
  expect(() => readSim(args)).toThrow(sentence)
})
