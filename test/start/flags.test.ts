import { describe, expect, test } from 'vitest'
import { help, type Parsed, parseFlags } from '../../scripts/start/flags.ts'

const parsed = (line: string): Parsed => parseFlags(line.split(' ').filter((word) => word !== ''))

describe('flags', () => {
  test.each([
    ['', { port: 8001, dashboardPort: 8080, seed: 1, exit: false }],
    ['--port 0 --seed 9', { port: 0, dashboardPort: 8080, seed: 9, exit: false }],
    ['--port=9000', { port: 9000, dashboardPort: 8080, seed: 1, exit: false }],
    ['--dashboard-port 0', { port: 8001, dashboardPort: 0, seed: 1, exit: false }],
    ['--scenario tour', { port: 8001, dashboardPort: 8080, seed: 1, exit: false, scenario: 'tour' }],
    ['--exit --scenario=tour', { port: 8001, dashboardPort: 8080, seed: 1, exit: true, scenario: 'tour' }],
  ])('%s', (line, flags) => expect(parsed(line)).toEqual({ do: 'start', flags }))

  test.each([
    ['--exit', '--exit needs a scenario to end with: --scenario tour --exit'],
    ['--scenario trip', 'there is no scenario trip; there is: tour'],
    ['--scenario', '--scenario needs a value'],
    ['--sceanrio tour', 'there is no flag --sceanrio; did you mean --scenario?'],
    ['--zzzzzzzzzz', 'there is no flag --zzzzzzzzzz'],
    ['--exit=yes', '--exit takes no value'],
    ['--port 70000', '--port 70000: a port is a number from 0 to 65535'],
    ['--dashboard-port x', '--dashboard-port x: a port is a number from 0 to 65535'],
    ['--port -1', '--port -1: a port is a number from 0 to 65535'],
    ['--seed 1.5', '--seed 1.5: a seed is a whole number from 0 to 4294967295'],
    ['tour', 'tour is not a flag'],
  ])('%s is refused', (line, because) => expect(parsed(line)).toEqual({ do: 'refuse', because }))

  test('help names every flag and scenario', () => {
    expect(parsed('--scenario tour --help')).toEqual({ do: 'help' })
    for (const word of ['--port', '--dashboard-port', '--scenario', '--exit', '--seed', '--help', 'tour']) expect(help).toContain(word)
  })
})
