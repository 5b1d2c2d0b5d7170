import { describe, expect, it } from 'vitest'
import { narrowGrpc, narrowHttp } from './requestMatches.ts'

const path = (value: string, type = 'PathPrefix') => ({ path: { type, value } })
const refusedOf = (narrowed: ReturnType<typeof narrowHttp>) => ('refused' in narrowed ? narrowed.refused : undefined)

describe('a wanted match and a rule', () => {
  it.each([
    ['within the rule', path('/'), '/api', path('/api')],
    ['wider than the rule', path('/api/v1'), '/api', path('/api/v1')],
    ['the same, but for a slash', path('/api'), '/api/', path('/api/')],
    ['around an exact path', path('/api/x', 'Exact'), '/api', path('/api/x', 'Exact')],
    ['of a rule without a path', {}, '/api', path('/api')],
  ])('a path %s', (_, source, wanted, expected) => {
    expect(narrowHttp([source], { name: 'm', path: wanted })).toEqual({ matches: [expected] })
  })

  it.each([
    ['beside the rule', path('/shop'), '/api'],
    ['that shares letters, not segments', path('/apixyz'), '/api'],
    ['below an exact path', path('/api', 'Exact'), '/api/x'],
  ])('a path %s meets no request', (_, source, wanted) => {
    expect(narrowHttp([source], { name: 'm', path: wanted })).toEqual({ matches: [] })
  })

  it('a regular expression cannot be narrowed by a path', () => {
    expect(refusedOf(narrowHttp([path('/a.*', 'RegularExpression')], { name: 'm', path: '/api' }))).toContain('regular expression')
  })

  it('the same header twice: equal is one, unequal meets no request', () => {
    const source = [{ headers: [{ name: 'X-A', value: '1' }] }, { headers: [{ name: 'x-a', value: '2' }] }]
    expect(narrowHttp(source, { name: 'm', headers: [{ name: 'x-a', value: '1' }] })).toEqual({ matches: [source[0]] })
  })

  it('all alternatives of the rule stay', () => {
    const { matches } = narrowHttp([path('/a'), path('/b')], { name: 'm', headers: [{ name: 'x', regex: 'y+' }] }) as { matches: unknown[] }
    expect(matches).toEqual(
      ['/a', '/b'].map((value) => ({ ...path(value), headers: [{ type: 'RegularExpression', name: 'x', value: 'y+' }] })),
    )
  })

  it('two cookies, or a path or cookie for gRPC, are refused', () => {
    const cookies = [{ name: 'a' }, { name: 'b' }]
    expect(refusedOf(narrowHttp([], { name: 'm', cookies }))).toContain('two cookies')
    expect(refusedOf(narrowGrpc([], { name: 'm', cookies }))).toContain('no cookies')
    expect(refusedOf(narrowGrpc([], { name: 'm', path: '/x' }))).toContain('not paths')
  })

  it('more headers than a match may have are refused', () => {
    const headers = Array.from({ length: 17 }, (_, i) => ({ name: `x-${i}`, value: '1' }))
    expect(refusedOf(narrowHttp([], { name: 'm', headers }))).toContain('more than 16')
  })
})

describe('a cookie condition', () => {
  const cookieRegex = (condition: { name: string; value?: string; prefix?: string; regex?: string }) => {
    const { matches } = narrowHttp(undefined, { name: 'm', cookies: [condition] }) as {
      matches: { headers: { name: string; value: string }[] }[]
    }
    expect(matches[0]?.headers[0]?.name).toBe('Cookie')
    return new RegExp(matches[0]?.headers[0]?.value ?? 'never')
  }

  it.each([
    [
      { name: 'v.1', value: 'a+b' },
      ['v.1=a+b', 'x=1; v.1=a+b', 'x=1; v.1=a+b; y=2'],
      ['v.1=a+bc', 'xv.1=a+b', 'v11=a+b', 'v.1=aab', 'x=v.1=a+b'],
    ],
    [{ name: 'v', prefix: 'be' }, ['v=beta', 'v=be; x=1'], ['v=b', 'x=be; v=alpha']],
    [{ name: 'v', regex: '^(a|b)$' }, ['v=a', 'x=1; v=b'], ['v=c', 'v=ab']],
    [{ name: 'v' }, ['v=', 'x=1; v=2'], ['vv=1', 'x=1']],
  ])('%o', (condition, yes, no) => {
    const regex = cookieRegex(condition)
    for (const header of yes) expect(header).toMatch(regex)
    for (const header of no) expect(header).not.toMatch(regex)
  })
})
