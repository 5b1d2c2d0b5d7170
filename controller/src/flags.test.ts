import { describe, expect, test } from 'vitest'
import { parseFlags } from './flags.ts'

const surroundings = { env: {}, host: 'laptop' }
const parsed = (line: string, env: Record<string, string> = {}) =>
  parseFlags(
    line.split(' ').filter((word) => word !== ''),
    { ...surroundings, env },
  )

test('without flags everything has its default', () => {
  expect(parsed('')).toEqual({
    do: 'run',
    flags: {
      leaseNamespace: 'serin-system',
      leaseName: 'serin',
      identity: 'laptop',
      leaderElection: true,
      workers: 10,
      gate: 'auto',
      listen: { host: '0.0.0.0', port: 8080 },
      sourceAllow: [],
      sourceDeny: [],
      logLevel: 'info',
    },
  })
})

test('in a pod its name and namespace are the defaults, and flags win', () => {
  const env = { POD_NAME: 'serin-0', POD_NAMESPACE: 'tools' }
  expect(parsed('', env)).toMatchObject({ flags: { identity: 'serin-0', leaseNamespace: 'tools' } })
  expect(parsed('--identity me --lease-namespace mine', env)).toMatchObject({ flags: { identity: 'me', leaseNamespace: 'mine' } })
})

test.each([
  ['--listen 127.0.0.1:0', { listen: { host: '127.0.0.1', port: 0 } }],
  ['--listen [::1]:9090', { listen: { host: '::1', port: 9090 } }],
  ['--listen localhost:65535', { listen: { host: 'localhost', port: 65535 } }],
  ['--shard 2/3', { shard: { index: 2, of: 3 } }],
  ['--shard 0/1', { shard: { index: 0, of: 1 } }],
  ['--workers 40 --no-leader-election', { workers: 40, leaderElection: false }],
  ['--source-deny 10.0.0.0/8 fd00::/8 --source-allow 10.1.2.3', { sourceDeny: ['10.0.0.0/8', 'fd00::/8'], sourceAllow: ['10.1.2.3'] }],
  ['--namespace shop --lease-name shop --gate paused', { namespace: 'shop', leaseName: 'shop', gate: 'paused' }],
])('%s', (line, flags) => {
  expect(parsed(line)).toMatchObject({ do: 'run', flags })
})

describe('what is wrong is said in one line, with what to write instead', () => {
  test.each([
    ['--workers many', /--workers <n>.*'many'.*whole number from 1 to 1000/],
    ['--workers 0', /'0'.*from 1 to 1000/],
    ['--workers 1.5', /'1\.5'/],
    ['--shard 3/3', /'3\/3'.*counted from 0: the last of 3 is --shard 2\/3/],
    ['--shard 3', /'3'.*--shard 0\/3/],
    ['--shard 0/0', /'0\/0'.*--shard 0\/3/],
    ['--shard 1/2/3', /--shard 0\/3/],
    ['--listen 8080', /--listen <address>.*'8080'.*:8080, 127\.0\.0\.1:8080 or \[::1\]:8080/],
    ['--listen :65536', /from 0 to 65535/],
    ['--listen ::1:80', /\[::1\]:8080/],
    ['--source-allow 10.0.0.0/8 10.0.0.0/33', /--source-allow <cidrs\.\.\.>.*'10\.0\.0\.0\/33'.*10\.0\.0\.0\/8, fd00::\/8 or 10\.1\.2\.3/],
    ['--source-deny prometheus', /--source-deny.*'prometheus'/],
    ['--lease-name Serin', /--lease-name.*lower-case/],
    ['--gate open', /--gate.*auto, paused/],
    ['--namspace shop', /--namspace.*Did you mean --namespace/],
    ['--context', /--context <name>.*missing/],
    ['shop', /too many arguments/],
  ])('%s', (line, because) => {
    const refused = parsed(line)
    expect(refused).toEqual({ do: 'refuse', because: expect.stringMatching(because) })
    expect('because' in refused && refused.because).not.toMatch(/\n|^error/)
  })
})

test('--help tells of every flag, and is no failure', () => {
  const help = parsed('--help')
  for (const flag of ['--shard <i/n>', '--lease-name <name>', '--listen <address>', '--source-deny <cidrs...>'])
    expect(help).toEqual({ do: 'help', text: expect.stringContaining(flag) })
})
