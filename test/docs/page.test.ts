import { describe, expect, test } from 'vitest'
import { type BenchResult, between, figures } from '../../scripts/figures/table.ts'
import { commandLines } from './commandLine.ts'
import { missingFrom } from './excerpt.ts'
import { anchorsOf, linksOf, partsOf } from './page.ts'

test('a page has blocks, hidden commands, directives and prose; what stands in a block is no link', () => {
  const page = [
    '# Blue/green: `x`',
    '[a](b.md#c)',
    '```sh',
    'echo "[x](y)"',
    '```',
    '<!-- sh',
    'ls',
    '-->',
    '<!-- wait 2m -->',
    '<!-- controller stop -->',
    '<!-- traffic 20 to account -->',
    '<!-- image web:v2 fails 0.5 % -->',
    '<!-- prometheus down -->',
    '<!-- amounts differ -->',
    '<!-- amount differs -->',
  ]
  const text = page.join('\n')
  expect(partsOf(text).map(({ kind }) => kind)).toEqual(
    ['prose', 'prose', 'block', 'hidden', 'wait', 'controller'].concat('traffic', 'image', 'prometheus', 'amounts differ', 'prose'),
  )
  expect(partsOf(text).slice(6, 9)).toMatchObject([
    { rps: 20, service: 'account' },
    { image: 'web:v2', errorRate: 0.005 },
    { order: 'down' },
  ])
  expect(partsOf(text)[4]).toMatchObject({ ms: 120_000, line: 9 })
  expect([...anchorsOf(text)]).toEqual(['bluegreen-x'])
  expect(linksOf(text)).toEqual([{ target: 'b.md#c', line: 2 }])
  expect(() => partsOf('```sh\nls')).toThrow('line 1')
})

describe('a command line', () => {
  test('is split as a shell would, goes on behind a backslash, and may promise an exit code', () => {
    const [first, second] = commandLines('# all\nserin abort web --reason "too # slow" \\\n  -n shop # exit code 1\nkubectl get x')
    expect(first).toEqual({
      text: 'serin abort web --reason "too # slow" -n shop',
      words: ['serin', 'abort', 'web', '--reason', 'too # slow', '-n', 'shop'],
      exitCode: 1,
    })
    expect(second?.exitCode).toBe(0)
  })
  test('may take its input from another', () => {
    expect(commandLines("sed 's/a|b/c/' x | kubectl apply -f -")).toMatchObject([
      { from: "sed 's/a|b/c/' x", words: ['kubectl', 'apply', '-f', '-'] },
    ])
  })
  test('with half a quote is an error', () => expect(() => commandLines("echo 'x")).toThrow('without an end'))
})

test('an excerpt may differ in ages, hashes and spaces only', () => {
  const output = 'NAME  AGE\nweb-6c6665c49-dk6vp   3m1s\nweight 10 %\n'
  expect(missingFrom('web-8hg8zcz9m6-5dkp6 12s\nweight 10 %', output)).toEqual([])
  expect(missingFrom('weight 20 %\nother-8hg8zcz9m6', output)).toEqual(['weight 20 %', 'other-8hg8zcz9m6'])
})

test('where amounts differ the words still may not', () => {
  const output =
    "errors: 14 times the baseline's (3.9 to 36): 6 of 94 requests; at the present rate 3 minutes more\nerrors  Pass  ██░░ 100 %  1.1× (0.5 to 2)"
  const same =
    "errors: about the same as the baseline's: 18 of 4,470 requests; 2 hours more at the present rate, which is after the deadline"
  expect(missingFrom(same, output, true)).toEqual([])
  expect(missingFrom('errors  Pass  ████ 7 %  2×', output, true)).toEqual([])
  expect(missingFrom(same, output)).toEqual([same])
  expect(missingFrom('errors  Fail  ████ 7 %  2×', output, true)).toHaveLength(1)
  expect(missingFrom('6 of 94 answers', output, true)).toHaveLength(1)
})

test('figures stand between their marks, and those that were not measured are left out', () => {
  const machine = { cpu: 'x', cores: 2, memoryGiB: 4, node: 'v24' }
  const result: BenchResult = {
    machine,
    results: { idle: { rollouts: 9, seconds: 60, writes: 0, reads: 1, cpuSeconds: 0.5, rssMiB: 80 }, storm: {} },
  }
  const page = between('a\n<!-- figures -->\nold\n<!-- /figures -->\nb', figures([['control.json', result]]))
  expect(page).toContain('| 9 Rollouts at rest for 60 s | 0 writes, 1 reads, 0.5 s of CPU, 80 MiB |\n<!-- /figures -->\nb')
  expect(page).not.toContain('old')
  expect(page.match(/^\| /gm)?.length).toBe(2)
  expect(() => between('no marks', '')).toThrow('<!-- figures -->')
})
