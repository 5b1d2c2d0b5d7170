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
  ]
  const text = page.join('\n')
  expect(partsOf(text).map(({ kind }) => kind)).toEqual(['prose', 'prose', 'block', 'hidden', 'wait', 'controller'])
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
