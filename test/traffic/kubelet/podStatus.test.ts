import { expect, test } from 'vitest'
import type { Json } from '../../cluster/apiClient.ts'
import { podStatus } from './podStatus.ts'

const pod = (more: Json = {}): Json => ({
  metadata: { generation: 1 },
  spec: { containers: [{ name: 'a' }, { name: 'b' }] },
  status: {},
  ...more,
})
const running = (name: string, ready = true): Json => ({ name, ready, restartCount: 0, state: { running: {} } })
const ended = (name: string, exitCode: number): Json => ({ name, ready: false, restartCount: 0, state: { terminated: { exitCode } } })
const waiting = (name: string, restartCount = 0): Json => ({ name, ready: false, restartCount, state: { waiting: { reason: 'x' } } })
const statusOf = (containers: Json[], of = pod(), now = '2030-01-01T00:00:00Z', trouble?: string) =>
  podStatus(of, { address: '10.244.0.10', hostAddress: '10.244.0.1', startedAt: now, containers, now, trouble })
const condition = (status: Json, type: string) => status.conditions.find((each: Json) => each.type === type)

test('a pod is ready when all its containers are', () => {
  expect(condition(statusOf([running('a'), running('b')]), 'Ready').status).toBe('True')
  const half = condition(statusOf([running('a'), running('b', false)]), 'Ready')
  expect(half).toMatchObject({ status: 'False', reason: 'ContainersNotReady', message: 'containers with unready status: [b]' })
  expect(condition(statusOf([]), 'Ready').status).toBe('False')
})

test('a readiness gate that nobody opened keeps it unready', () => {
  const gated = pod({ spec: { containers: [{ name: 'a' }], readinessGates: [{ conditionType: 'gate' }] } })
  expect(condition(statusOf([running('a')], gated), 'Ready')).toMatchObject({ status: 'False', reason: 'ReadinessGatesNotReady' })
  const open = { ...gated, status: { conditions: [{ type: 'gate', status: 'True' }] } }
  expect(condition(statusOf([running('a')], open), 'Ready').status).toBe('True')
})

test('the phase follows from the containers', () => {
  const phases = [
    [waiting('a')],
    [waiting('a', 1)],
    [running('a'), waiting('b')],
    [ended('a', 0), ended('b', 0)],
    [ended('a', 0), ended('b', 3)],
  ]
  expect(phases.map((containers) => statusOf(containers).phase)).toEqual(['Pending', 'Running', 'Running', 'Succeeded', 'Failed'])
})

test('a condition that stays keeps its time, one that changes gets the new one', () => {
  const before = statusOf([running('a', false), running('b')])
  const after = statusOf([running('a'), running('b')], pod({ status: before }), '2030-01-01T00:01:00Z')
  expect(condition(after, 'Initialized').lastTransitionTime).toBe('2030-01-01T00:00:00Z')
  expect(condition(after, 'Ready').lastTransitionTime).toBe('2030-01-01T00:01:00Z')
})

test('a pod without its namespaces says why', () => {
  const status = statusOf([], pod(), undefined, 'no such volume')
  expect(condition(status, 'PodReadyToStartContainers')).toMatchObject({ status: 'False', message: 'no such volume' })
})
