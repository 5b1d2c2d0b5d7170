import { expect, test } from 'vitest'
import { KubeError } from '../kube/errors.ts'
import { problemOf, problems, Refusal, refusalOf } from './problems.ts'
import { problemsPage } from './problemsPage.ts'

test('the type of a problem is its code as a URN, whatever was refused', () => {
  const problem = problemOf(new Refusal('SERIN-403-VERB', 'ben may not promote'), 'r-1')
  expect(problem).toMatchObject({ type: 'urn:serin:problem:SERIN-403-VERB', status: 403, detail: 'ben may not promote', requestId: 'r-1' })
  expect(problem).not.toHaveProperty('help')
})

test.each(Object.entries(problems))(
  '%s has the status that its code says, and help on the page of the reference',
  (code, { status, help }) => {
    expect(code.split('-')[1]).toBe(String(status))
    const section = problemsPage().split(`## ${code}\n`)[1]?.split('\n## ')[0]
    expect(section).toContain(help)
  },
)

test('what the API server says becomes the problem of that kind', () => {
  const codeOf = (status: number, message = '') => refusalOf(new KubeError({ status, reason: 'Reason', message })).code
  expect([0, 401, 403, 404, 409, 422, 429, 500, 503].map((status) => codeOf(status))).toEqual([
    'SERIN-502-CLUSTER',
    'SERIN-401-TOKEN',
    'SERIN-403-VERB',
    'SERIN-404-OBJECT',
    'SERIN-409-STALE',
    'SERIN-422-REFUSED',
    'SERIN-429-RATE',
    'SERIN-502-CLUSTER',
    'SERIN-502-CLUSTER',
  ])
  expect(codeOf(403, 'users "anna" is forbidden: User "x" cannot impersonate resource "users"')).toBe('SERIN-403-IMPERSONATION')
})
