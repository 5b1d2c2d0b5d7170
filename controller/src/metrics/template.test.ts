import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoted } from './languages/escape.ts'
import { fill, type LanguageName, placeholdersOf, TemplateError, type TemplateValues } from './template.ts'

/** Begins an expression inside a string of Flux. */
const dollar = '$'

const values: TemplateValues = {
  namespace: 'shop',
  arm: { pods: 'web-7d4b9c\\.x-[a-z0-9]{5}|web-b-[a-z]+', hash: '7d4b9c', service: 'web-canary' },
  args: { x: 'plain', 'a-b_c': 'v' },
  interval: 30_000,
}
const promql = (query: string, args: Record<string, string> = {}) => fill(query, { ...values, args: { ...values.args, ...args } }, 'promql')
const given = (value: string, query: string, language: LanguageName = 'promql') => fill(query, { ...values, args: { x: value } }, language)

describe('placeholders', () => {
  it('are filled in wherever they stand, with blanks inside the braces or without', () => {
    expect(promql('rate(up{namespace="{{namespace}}",s="{{ arm.service }}",h=\'{{arm.hash}}\',v=`{{  args.a-b_c }}`}[{{interval}}])')).toBe(
      'rate(up{namespace="shop",s="web-canary",h=\'7d4b9c\',v=`v`}[30s])',
    )
  })

  it('leave a query without any as it is, braces of the language included', () => {
    const query = 'sum by (le) (x{a="}}", b=~"\\\\d{2}"})'
    expect(promql(query)).toBe(query)
  })

  it('are listed by name, each once', () => {
    expect(placeholdersOf('{{arm.pods}} {{ namespace }} {{args.x}} {{arm.pods}}')).toEqual(['arm.pods', 'namespace', 'args.x'])
  })

  it.each([
    ['{{arm.pod}}', 'did you mean {{arm.pods}}?'],
    ['{{Namespace}}', 'did you mean {{namespace}}?'],
    ['{{args.}}', '{{args.}} is no placeholder'],
    ['{{pods | upper}}', 'there are {{namespace}}, {{arm.pods}}, {{arm.hash}}, {{arm.service}}, {{interval}}, {{args.NAME}}'],
    ['{{}}', '{{}} is no placeholder'],
    ['{{ arm.hash }', 'has no "}}"'],
  ])('%s is refused: %s', (text, message) => {
    expect(() => placeholdersOf(text)).toThrow(message)
    expect(() => promql(`up{a="${text}"}`)).toThrow(message)
  })

  it('without a value are refused with the nearest that has one', () => {
    expect(() => fill('up{a="{{args.cod}}"}', { ...values, args: { code: '1' } }, 'promql')).toThrow(
      '{{args.cod}}: there is no argument cod: did you mean {{args.code}}?',
    )
    expect(() => fill('up{a="{{arm.service}}"}', { ...values, arm: {} }, 'promql')).toThrow('this version has no Service of its own')
  })

  it('do not come out of values: what is inserted is not looked at again', () => {
    expect(given('{{namespace}}', 'up{a="{{args.x}}"}')).toBe('up{a="{{namespace}}"}')
  })
})

describe('the pods of a version', () => {
  it.each([
    ['promql', 'up{pod=~"{{arm.pods}}"}', 'up{pod=~"web-7d4b9c\\\\.x-[a-z0-9]{5}|web-b-[a-z]+"}'],
    ['promql', 'up{pod=~`x{{arm.pods}}`}', 'up{pod=~`x(?:web-7d4b9c\\.x-[a-z0-9]{5}|web-b-[a-z]+)`}'],
    ['nrql', "WHERE p RLIKE r'{{arm.pods}}'", "WHERE p RLIKE r'^(?:web-7d4b9c[.]x-[a-z0-9]{5}|web-b-[a-z]+)$'"],
    ['flux', 'r.pod =~ /{{arm.pods}}/', 'r.pod =~ /^(?:web-7d4b9c\\.x-[a-z0-9]{5}|web-b-[a-z]+)$/'],
    ['influxql', '"pod" =~ /{{arm.pods}}/', '"pod" =~ /^(?:web-7d4b9c\\.x-[a-z0-9]{5}|web-b-[a-z]+)$/'],
    ['graphite', "seriesByTag('pod=~{{arm.pods}}')", "seriesByTag('pod=~^(?:web-7d4b9c\\.x-[a-z0-9]{5}|web-b-[a-z]+)$')"],
    [
      'monitoring',
      'r.pod = monitoring.regex.full_match("{{arm.pods}}")',
      'r.pod = monitoring.regex.full_match("web-7d4b9c\\\\.x-[a-z0-9]{5}|web-b-[a-z]+")',
    ],
  ] as const)('are a pattern in %s: %s', (language, query, filled) => {
    expect(fill(query, values, language)).toBe(filled)
  })

  it.each([
    ['promql', 'up{pod="{{arm.pods}}"}', 'write pod=~"{{arm.pods}}"'],
    ['promql', 'up{pod!="{{arm.pods}}"}', 'write pod=~"{{arm.pods}}"'],
    ['promql', 'up{{arm.pods}}', 'write pod=~"{{arm.pods}}"'],
    ['nrql', "WHERE p = '{{arm.pods}}'", "write podName RLIKE r'{{arm.pods}}'"],
    ['flux', 'r.pod == "{{arm.pods}}"', 'write r.pod =~ /{{arm.pods}}/'],
    ['datadog', 'sum:x{pod:{{arm.pods}}}', 'use {{arm.hash}} or {{arm.service}}'],
    ['dynatrace', 'x:filter(eq("pod","{{arm.pods}}"))', 'use {{arm.hash}} or {{arm.service}}'],
    ['cloudwatch', 'SEARCH("{{arm.pods}}")', 'use {{arm.hash}} or {{arm.service}}'],
    ['none', '/q?pods={{arm.pods}}', 'use {{arm.hash}} or {{arm.service}}'],
  ] as const)('are refused in %s: %s', (language, query, message) => {
    expect(() => fill(query, values, language)).toThrow(message)
  })

  it.each(['a)|(b', '(a', 'a[', 'a\\'])('are refused as %s, which would reach beyond its place', (pods) => {
    expect(() => fill('up{pod=~"x{{arm.pods}}"}', { ...values, arm: { pods } }, 'promql')).toThrow(TemplateError)
  })
})

it.each([
  ['promql', '30s'],
  ['datadog', '30'],
  ['nrql', '30 seconds'],
  ['graphite', '30s'],
  ['flux', '30s'],
  ['influxql', '30s'],
  ['dynatrace', '1m'],
  ['cloudwatch', '30'],
  ['monitoring', '30s'],
  ['none', '30s'],
] as const)('the interval in %s is %s', (language, text) => {
  expect(fill('{{interval}}', values, language)).toBe(text)
})

describe('values', () => {
  it.each([
    ['promql', 'up{a="{{args.x}}"}', 'a"}) or vector(1)#', 'up{a="a\\"}) or vector(1)#"}'],
    ['promql', 'up{a="{{args.x}}"}', 'a\\', 'up{a="a\\\\"}'],
    ['promql', 'up{a=~"{{args.x}}"}', '5..', 'up{a=~"5\\\\.\\\\."}'],
    ['flux', 'r.a == "{{args.x}}"', `${dollar}{evil()}`, 'r.a == "\\x24\\x7bevil()}"'],
    ['flux', 'r.a =~ /{{args.x}}/', '/ or true', 'r.a =~ /\\/ or true/'],
    ['influxql', '"a" = \'{{args.x}}\'', "' OR 1=1 --", "\"a\" = '\\' OR 1=1 --'"],
    ['dynatrace', 'x:filter(eq("a","{{args.x}}"))', '"~', 'x:filter(eq("a","~"~~"))'],
    ['monitoring', 'a = "{{args.x}}"', '" OR a = "b', 'a = "\\" OR a = \\"b"'],
  ] as const)('cannot end a string of %s: %s', (language, query, value, filled) => {
    expect(given(value, query, language)).toBe(filled)
  })

  it.each([
    ['promql', 'up{a=`{{args.x}}`}', '`', 'back-quotes'],
    ['promql', 'up > {{args.x}}', '1 or vector(1)', 'outside of quotes'],
    ['promql', '{{args.x}}_total', 'a-b', 'outside of quotes'],
    ['promql', 'a {{args.x}} b', 'unless', 'outside of quotes'],
    ['promql', '1 -{{args.x}}', '-1', 'outside of quotes'],
    ['promql', 'up # {{args.x}}', 'a\nb', 'line break'],
    ['promql', 'up{a="{{args.x}}"}', '\ud800', 'control character'],
    ['promql', 'up{a="\\{{args.x}}"}', 'a', 'stands before {{args.x}}'],
    ['promql', 'up{a="{{args.x}}}', 'a', 'is not closed'],
    ['nrql', "WHERE a = '{{args.x}}'", "'", 'cannot be inserted'],
    ['nrql', "WHERE a = '{{args.x}}'", '\\', 'cannot be inserted'],
    ['nrql', "WHERE a LIKE '{{args.x}}'", '%', 'cannot be inserted'],
    ['nrql', 'SELECT {{args.x}} FROM T', 'a--', 'outside of quotes'],
    ['nrql', 'SELECT a -{{args.x}}', '-x', 'outside of quotes'],
    ['nrql', 'SELECT 1 /* {{args.x}}/ */', '*', 'in a comment'],
    ['graphite', "alias(a, '{{args.x}}')", "'", 'into a string of Graphite'],
    ['graphite', 'stats.{{args.x}}.count', 'a,b', 'outside of quotes'],
    ['datadog', 'sum:x{env:{{args.x}}}', 'a} by {host', 'outside of quotes'],
    ['datadog', 'sum:x{env:{{args.x}}}', '*', 'outside of quotes'],
    ['cloudwatch', "SEARCH('{{args.x}}')", "'", 'CloudWatch'],
    ['none', '/q?a={{args.x}}', 'a&b=c', 'of this source'],
    ['none', '/{{args.x}}/q', '..', 'of this source'],
  ] as const)('are refused in %s where nothing would make them safe: %s', (language, query, value, message) => {
    expect(() => given(value, query, language)).toThrow(TemplateError)
    expect(() => given(value, query, language)).toThrow(message)
  })

  it('of a secret look are not in the message', () => {
    expect(() => given('hunter2"`\n', 'up{a=`{{args.x}}`}')).toThrow(/^(?!.*hunter2)/)
  })
})

/** What may stand in a query, written down apart from the code. Strings: quote, escape character. */
const lexers: Partial<Record<LanguageName, { strings: [open: string, close: string, escape: string][]; comments: [string, string][] }>> = {
  promql: {
    strings: [
      ['"', '"', '\\'],
      ["'", "'", '\\'],
      ['`', '`', ''],
    ],
    comments: [['#', '\n']],
  },
  nrql: {
    strings: [
      ["'", "'", '\\'],
      ['"', '"', '\\'],
      ['`', '`', ''],
    ],
    comments: [
      ['--', '\n'],
      ['//', '\n'],
      ['/*', '*/'],
    ],
  },
  graphite: {
    strings: [
      ["'", "'", '\\'],
      ['"', '"', '\\'],
    ],
    comments: [],
  },
  flux: {
    strings: [
      ['"', '"', '\\'],
      ['=~ /', '/', '\\'],
    ],
    comments: [['//', '\n']],
  },
  influxql: {
    strings: [
      ["'", "'", '\\'],
      ['"', '"', '\\'],
      ['=~ /', '/', '\\'],
    ],
    comments: [
      ['--', '\n'],
      ['/*', '*/'],
    ],
  },
  dynatrace: { strings: [['"', '"', '~']], comments: [] },
  monitoring: {
    strings: [
      ['"', '"', '\\'],
      ["'", "'", '\\'],
    ],
    comments: [],
  },
  cloudwatch: {
    strings: [
      ['"', '"', '\\'],
      ["'", "'", ''],
    ],
    comments: [],
  },
}

interface Lexed {
  /** Words, strings and comments by their kind, all else as it is. */
  structure: string
  /** Contents of the strings, without escapes. */
  strings: string[]
}

function lex(query: string, language: LanguageName): Lexed {
  const { strings: kinds = [], comments = [] } = lexers[language] ?? {}
  const lexed: Lexed = { structure: '', strings: [] }
  for (let at = 0; at < query.length; ) {
    const comment = comments.find(([open]) => query.startsWith(open, at))
    const string = kinds.find(([open]) => query.startsWith(open, at))
    const word = /^-?[A-Za-z0-9_:.]+(-[A-Za-z0-9_:.]+)*/.exec(query.slice(at))?.[0]
    if (comment) {
      const end = query.indexOf(comment[1], at + comment[0].length)
      lexed.structure += ` comment${comment[0]}`
      at = end === -1 ? query.length : end + comment[1].length
    } else if (string) {
      const [open, close, by] = string
      let content = ''
      for (at += open.length; !query.startsWith(close, at); at++) {
        if (at >= query.length) return { structure: `${lexed.structure} unclosed`, strings: [] }
        if (by !== '' && query[at] === by) at++
        content += query[at]
      }
      at += close.length
      lexed.structure += ` string${open}`
      lexed.strings.push(content)
    } else if (word) {
      lexed.structure += ' word'
      at += word.length
    } else lexed.structure += query[at++]
  }
  return lexed
}

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      '"',
      "'",
      '`',
      '\\',
      '/',
      '*',
      '-',
      '#',
      '~',
      '{',
      '}',
      '$',
      '(',
      ')',
      '|',
      '.',
      '%',
      ' ',
      '\n',
      'a',
      '0',
      ':',
      '_',
      'e',
    ),
  }),
  fc.constantFrom('or', 'a--', '1e5', '-1', '5m', '*/', `${dollar}{x}`, '{{namespace}}', "' OR 1=1 --", 'a-b'),
)

const templates: Record<Exclude<LanguageName, 'none' | 'datadog'>, string[]> = {
  promql: [
    'up{a="x{{args.x}}y"}',
    "up{a='{{args.x}}'} - 1",
    'up{a=`{{args.x}}`}',
    'up{a=~"{{args.x}}",b!~\'{{args.x}}\'}',
    'sum({{args.x}}) > {{args.x}} # {{args.x}}',
    'a -{{args.x}}',
  ],
  nrql: [
    "SELECT 1 WHERE a = '{{args.x}}'",
    'a RLIKE r\'{{args.x}}\' AND b = "{{args.x}}"',
    'SELECT `{{args.x}}` -{{args.x}}',
    'SELECT 1 /* {{args.x}}/ */ -- {{args.x}}',
  ],
  graphite: ["alias(a.{{args.x}}.b, '{{args.x}}')", 'seriesByTag("pod=~{{args.x}}","a={{args.x}}")'],
  flux: [`r.a == "${dollar}{{args.x}}{" and r.b =~ /{{args.x}}/`, '{{args.x}} // {{args.x}}'],
  influxql: ['"{{args.x}}" = \'{{args.x}}\' AND "b" =~ /{{args.x}}/', '{{args.x}} /* {{args.x}} */ -{{args.x}} -- {{args.x}}'],
  dynatrace: ['x:filter(eq("a","{{args.x}}")):{{args.x}}'],
  monitoring: ['a = "{{args.x}}" AND b = \'{{args.x}}\' AND c = monitoring.regex.full_match("{{args.x}}")'],
  cloudwatch: ['[{"Expression": "SUM(SEARCH(\'{{args.x}}\'))", "Label": "{{args.x}}"}]', "{{args.x}} + '{{args.x}}'"],
}

describe.each(Object.entries(templates) as [LanguageName, string[]][])('a query in %s', (language, queries) => {
  it.each(queries)('keeps its structure whatever is inserted: %s', (query) => {
    const expected = lex(given('x', query, language), language).structure
    expect(expected).not.toContain('unclosed')
    let kept = 0
    fc.assert(
      fc.property(hostile, (value) => {
        let filled: string
        try {
          filled = given(value, query, language)
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError)
          return
        }
        kept++
        expect(lex(filled, language).structure).toBe(expected)
      }),
      { numRuns: 400 },
    )
    expect(kept).toBeGreaterThan(0)
  })
})

it('a string of PromQL holds the very value, and a pattern matches that and nothing else', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Cc}|[\u2028\u2029]/u.test(text)),
      (value) => {
        expect(lex(given(value, 'up{a="{{args.x}}"}'), 'promql').strings).toEqual([value])
        const [pattern = ''] = lex(given(value, 'up{a=~"{{args.x}}"}'), 'promql').strings
        expect(pattern).toBe(quoted(value))
        const regex = new RegExp(`^(?:${pattern})$`)
        expect(regex.test(value)).toBe(true)
        expect(regex.test(`${value}x`)).toBe(false)
      },
    ),
  )
})
