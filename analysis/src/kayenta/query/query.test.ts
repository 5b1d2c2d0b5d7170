import { describe, expect, it } from 'vitest'
import { KayentaError } from '../errors.ts'
import { expandQuery } from './registry.ts'
import type { CanaryScope, QueryConfig, Templates } from './scope.ts'
import { wavefrontGranularity } from './wavefront.ts'

const scope: CanaryScope = {
  scope: 'app-v002',
  location: 'us-east1',
  start: '2026-01-01T00:00:00Z',
  end: '2026-01-01T01:00:00Z',
  step: 60,
  extendedScopeParams: { _scope_key: 'cluster', team: 'web' },
}

/** An inline template variable in either spelling. */
const v = (name: string): string => `\${${name}}`
const escaped = (name: string): string => `$\\{${name}}`

describe('templates', () => {
  const prometheus = (query: QueryConfig, own: CanaryScope = scope, templates: Templates = undefined) =>
    expandQuery('prometheus', query, own, templates)

  it('bind the scope, then fields of the query, then parameters: the last wins', () => {
    const customInlineTemplate = `PromQL:${v('scope')} ${v('location')} ${v('team')}`
    expect(prometheus({ customInlineTemplate })).toBe('app-v002 us-east1 web')
    expect(prometheus({ customInlineTemplate, location: 'of-query' })).toBe('app-v002 of-query web')
    expect(
      prometheus({ customInlineTemplate, location: 'of-query' }, { ...scope, extendedScopeParams: { location: 'last', team: 't' } }),
    ).toBe('app-v002 last t')
  })

  it('take inline before named, and escaped variables', () => {
    const templates = { named: `PromQL:sum(x{app="${escaped('scope')}"})` }
    expect(prometheus({ customFilterTemplate: 'named' }, scope, templates)).toBe('sum(x{app="app-v002"})')
    expect(prometheus({ customFilterTemplate: 'named', customInlineTemplate: 'PromQL:up' }, scope, templates)).toBe('up')
  })

  it('are left out of the binding where an attribute is empty', () => {
    expect(() => prometheus({ customInlineTemplate: v('project') })).toThrow(
      'the variable project, which is not defined; there are scope, location',
    )
  })

  it('put values in as they are, dollars too', () => {
    expect(prometheus({ customInlineTemplate: `PromQL:${v('scope')}` }, { ...scope, scope: "a$&b$'" })).toBe("a$&b$'")
  })

  it.each([
    [{ customInlineTemplate: v('nope') }, undefined, 'the variable nope, which is not defined'],
    [{ customInlineTemplate: v('scope?upper_case') }, undefined, 'the expression scope?upper_case'],
    [{ customFilterTemplate: 't' }, undefined, 'names the template t, and the config has no templates'],
    [{ customFilterTemplate: 't' }, { u: 'x' }, 'names the template t, which the config does not have; it has u'],
    [{ customFilterTemplate: 'toString' }, { u: 'x' }, 'names the template toString'],
    [{ customFilter: 'x' }, undefined, 'a customFilter, which is no longer read'],
  ])('say what is wrong: %j', (query, templates, message) => {
    expect(() => prometheus(query, scope, templates)).toThrow(message)
  })
})

describe('prometheus', () => {
  const write = (query: QueryConfig, own: CanaryScope = scope) => expandQuery('prometheus', { metricName: 'errors', ...query }, own)

  it('averages over the custom filter, then the bindings', () => {
    expect(
      write({ customInlineTemplate: `app="${v('scope')}",code=~"5.."`, labelBindings: ['job="x"'], groupByFields: ['zone', 'code'] }),
    ).toBe('avg(errors{app="app-v002",code=~"5..",job="x"}) by (zone,code)')
  })

  it('takes a whole expression verbatim', () => {
    expect(write({ customInlineTemplate: 'PromQL: sum(rate(errors[1m]))', labelBindings: ['job="x"'] })).toBe(' sum(rate(errors[1m]))')
  })

  it('has filters for machines of two clouds, after the bindings', () => {
    expect(write({ resourceType: 'gce_instance', labelBindings: ['job="x"'] }, { ...scope, project: 'p1' })).toBe(
      'avg(errors{job="x",instance=~"app-v002-.{4}",zone=~".+/projects/p1/zones/us-east1-.{1}"})',
    )
    expect(write({ resourceType: 'gce_instance' })).toBe('avg(errors{instance=~"app-v002-.{4}",zone=~".+/zones/us-east1-.{1}"})')
    expect(write({ resourceType: 'aws_ec2_instance' })).toBe('avg(errors{asg_groupName="app-v002",zone=~"us-east1.{1}"})')
    expect(
      expandQuery('prometheus', { metricName: 'errors', resourceType: 'gce_instance' }, scope, null, { scopeLabel: 'node' }),
    ).toContain('{node=~')
  })

  it.each([
    [{}, scope, 'neither a resourceType nor a custom filter'],
    [{ resourceType: 'pod' }, scope, 'The resource type pod has no built-in filter'],
    [{ resourceType: 'gce_instance' }, { scope: 'a' }, 'no location, which gce_instance needs'],
    [{ metricName: '', customInlineTemplate: 'a="b"' }, scope, 'The query has no metricName'],
    [{ labelBindings: 'a', customInlineTemplate: 'a="b"' }, scope, 'labelBindings is not a list of texts'],
  ])('says what is missing: %j', (query, own, message) => {
    expect(() => write(query, own)).toThrow(message)
  })
})

describe('influxdb', () => {
  const tagged = { ...scope, scope: 'asg:app-v002' }
  const write = (query: QueryConfig, own: CanaryScope = tagged) => expandQuery('influxdb', query, own)
  const window = "time >= '2026-01-01T00:00:00Z' AND time < '2026-01-01T01:00:00Z'"

  it('selects fields over the window and the scope', () => {
    expect(write({ metricName: 'cpu' })).toBe(`SELECT *::field FROM cpu WHERE ${window} AND asg = 'app-v002'`)
    expect(write({ metricName: 'cpu', fields: ['usage', 'idle'] }, { ...tagged, scope: undefined })).toBe(
      `SELECT usage, idle FROM cpu WHERE ${window}`,
    )
  })

  it.each([v, escaped])('expands the inline template in both spellings', (name) => {
    expect(
      write({
        customInlineTemplate: `SELECT mean(x) FROM cpu WHERE ${name('timeFilter')} AND ${name('scope')} GROUP BY time(${name('step')})`,
      }),
    ).toBe(`SELECT mean(x) FROM cpu WHERE ${window} AND asg = 'app-v002' GROUP BY time(60s)`)
  })

  it.each([
    [{ metricName: 'cpu' }, { ...tagged, scope: 'app' }, 'write it as name:value'],
    [{ metricName: 'cpu' }, { ...tagged, scope: 'a:b:c' }, 'write it as name:value'],
    [{ metricName: 'cpu' }, { scope: 'a:b' }, 'no start time'],
    [{}, tagged, 'no metricName'],
    [{ customInlineTemplate: `SELECT 1 WHERE ${v('scope')}` }, tagged, `does not use ${v('timeFilter')}`],
    [{ customInlineTemplate: `SELECT 1 WHERE ${v('timeFilter')}` }, tagged, `does not use ${v('scope')}`],
    [{ metricName: 'cpu; DROP MEASUREMENT cpu' }, tagged, 'contains ;'],
    [{ metricName: 'cpu' }, { ...tagged, scope: "a:b' -- " }, 'contains --'],
    [{ customInlineTemplate: `SHOW FIELD KEYS ${v('timeFilter')} ${v('scope')}` }, tagged, 'contains SHOW FIELD'],
  ])('refuses %j', (query, own, message) => {
    expect(() => write(query, own)).toThrow(message)
  })
})

describe('other stores', () => {
  it('datadog: the metric with the scope as tag, or the template', () => {
    expect(expandQuery('datadog', { metricName: 'avg:cpu' }, scope)).toBe('avg:cpu{app-v002}')
    expect(expandQuery('datadog', { metricName: 'cpu', customInlineTemplate: `avg:cpu{role:${v('scope')}}` }, scope)).toBe(
      'avg:cpu{role:app-v002}',
    )
    expect(() => expandQuery('datadog', { metricName: 'cpu' }, {})).toThrow('The scope has no name')
  })

  it('newrelic: a select with conditions, or the template with the window', () => {
    expect(expandQuery('newrelic', { select: 'count(*) FROM Transaction', q: "code LIKE '5%'" }, scope)).toBe(
      "SELECT count(*) FROM Transaction TIMESERIES 60 seconds SINCE 1767225600 UNTIL 1767229200 WHERE code LIKE '5%' AND team LIKE 'web' AND cluster LIKE 'app-v002'",
    )
    const own = { ...scope, step: 0, extendedScopeParams: { _scope_key: 'k', _location_key: 'l' } }
    expect(expandQuery('newrelic', { select: 'SELECT x FROM y' }, own)).toBe(
      "SELECT x FROM y TIMESERIES MAX SINCE 1767225600 UNTIL 1767229200 WHERE k LIKE 'app-v002' AND l LIKE 'us-east1'",
    )
    const customInlineTemplate = `${v('startEpochSeconds')} ${v('endEpochSeconds')} ${v('step')} ${v('scope')}`
    expect(expandQuery('newrelic', { customInlineTemplate }, scope)).toBe('1767225600 1767229200 60 app-v002')
    expect(() => expandQuery('newrelic', { select: 'x' }, { ...scope, extendedScopeParams: {} })).toThrow('write _scope_key')
  })

  it('graphite: scope and location in the path', () => {
    expect(expandQuery('graphite', { metricName: 'servers.$location.$scope.cpu' }, scope)).toBe('servers.us-east1.app-v002.cpu')
  })

  it('stackdriver: metric, resource type, and conditions', () => {
    const query = { metricType: 'm/cpu', resourceType: 'k8s_container' }
    const own = { ...scope, project: 'p', extendedScopeParams: { pod_name: 'x', cluster_name: 'c', 'user_labels.app': 'web', other: 'y' } }
    expect(expandQuery('stackdriver', query, own)).toBe(
      'metric.type="m/cpu" AND resource.type=k8s_container AND project=p AND resource.labels.cluster_name=c AND resource.labels.pod_name=x AND metadata.user_labels."app"="web"',
    )
    expect(expandQuery('stackdriver', { ...query, customInlineTemplate: 'a=b' }, scope)).toBe(
      'metric.type="m/cpu" AND resource.type=k8s_container AND a=b',
    )
    expect(expandQuery('stackdriver', { metricType: 'm', resourceType: 'global' }, scope)).toBe('metric.type="m" AND resource.type=global')
    expect(() => expandQuery('stackdriver', { metricType: 'm', resourceType: 'tape' }, scope)).toThrow(
      'The resource type tape has no built-in filter',
    )
  })

  it('signalfx: a program of filters', () => {
    const query = { metricName: 'req', aggregationMethod: 'sum', queryPairs: [{ key: '!env', value: 'dev, test' }] }
    expect(expandQuery('signalfx', query, scope)).toBe(
      "data('req', filter=(not filter('env', 'dev', 'test')) and filter('team', 'web') and filter('cluster', 'app-v002')).sum(by=['env', 'team', 'cluster']).publish()",
    )
    expect(() => expandQuery('signalfx', { ...query, queryPairs: [{ key: 'a' }] }, scope)).toThrow('queryPairs')
  })

  it('wavefront: an aggregate of a series, and a granularity by the step', () => {
    expect(expandQuery('wavefront', { metricName: 'cpu', aggregate: 'avg' }, scope)).toBe('avg(ts(cpu, app-v002))')
    expect(expandQuery('wavefront', { metricName: 'cpu' }, {})).toBe('ts(cpu)')
    expect([172800, 7200, 120, 90].map(wavefrontGranularity)).toEqual(['d', 'h', 'm', 's'])
  })

  it('atlas: the query and the scope by its type', () => {
    expect(expandQuery('atlas', { q: 'name,cpu,:eq' }, scope)).toBe('name,cpu,:eq,:list,(,nf.cluster,app-v002,:eq,:cq,),:each')
    expect(expandQuery('atlas', { q: 'q' }, { scope: 's', extendedScopeParams: { type: 'asg' } })).toBe(
      'q,:list,(,nf.asg,s,:eq,:cq,),:each',
    )
    expect(() => expandQuery('atlas', { q: 'q' }, { scope: 's', extendedScopeParams: { type: 'x' } })).toThrow(
      'write cluster, asg or query',
    )
  })

  it('an unknown kind names the known ones', () => {
    expect(() => expandQuery('nagios', {}, scope)).toThrow('The query type is nagios; write one of atlas, datadog')
  })
})

describe('the scope', () => {
  const params = { scope: 'myapp-v001', location: 'us-east-1', extendedScopeParams: { project: 'p' } }

  it('takes project and resource type from its parameters, which go before its own fields', () => {
    const gce = { metricType: 'compute/cpu', resourceType: 'gce_instance' }
    expect(expandQuery('stackdriver', gce, params)).toBe(
      'metric.type="compute/cpu" AND resource.type=gce_instance AND project=p AND metadata.user_labels."spinnaker-region"=us-east-1 AND metadata.user_labels."spinnaker-server-group"=myapp-v001',
    )
    expect(expandQuery('stackdriver', gce, { ...params, project: 'own' })).toContain('AND project=p AND')
    expect(expandQuery('stackdriver', gce, { ...params, project: 'own', extendedScopeParams: {} })).toContain('AND project=own AND')
    expect(expandQuery('prometheus', { metricName: 'm', resourceType: 'gce_instance' }, params)).toContain(
      'zone=~".+/projects/p/zones/us-east-1-.{1}"',
    )
    const byParams = { ...params, extendedScopeParams: { resourceType: 'aws_ec2_instance' } }
    expect(expandQuery('prometheus', { metricName: 'm' }, byParams)).toBe('avg(m{asg_groupName="myapp-v001",zone=~"us-east-1.{1}"})')
    expect(expandQuery('stackdriver', { metricType: 'm' }, byParams)).toContain('resource.type=aws_ec2_instance')
    expect(expandQuery('prometheus', { metricName: 'm', resourceType: 'gce_instance' }, byParams)).toContain('instance=~')
  })

  it("takes the account's project for stackdriver where it has none", () => {
    const query = { metricType: 'm', resourceType: 'k8s_pod' }
    expect(expandQuery('stackdriver', query, {}, null, { project: 'of-account' })).toContain('project=of-account')
    expect(expandQuery('stackdriver', query, params, null, { project: 'of-account' })).toContain('project=p')
  })

  it('may have parameters and templates as a Map, with numbers, and nulls for what is left out', () => {
    const own = { ...params, project: null, step: null, extendedScopeParams: new Map([['cluster_name', 'c']]) }
    expect(expandQuery('stackdriver', { metricType: 'm', resourceType: 'k8s_pod' }, { ...own, project: 'p' })).toContain(
      'resource.labels.cluster_name=c',
    )
    const parsed = JSON.parse('{"scope":"s","extendedScopeParams":{"port":8080,"none":null}}')
    const templates = new Map([['t', `PromQL:${v('scope')}:${v('port')}`]])
    expect(expandQuery('prometheus', { customFilterTemplate: 't' }, parsed, templates, null)).toBe('s:8080')
    expect(() => expandQuery('prometheus', { customInlineTemplate: v('none') }, parsed)).toThrow('the variable none, which is not defined')
  })

  it('takes times as ISO 8601, milliseconds, a Date, and under the names of a request', () => {
    const at = Date.parse('2026-01-01T00:00:00Z')
    const write = (own: CanaryScope) => expandQuery('influxdb', { metricName: 'cpu' }, own)
    const expected = write({ start: '2026-01-01T00:00:00Z', end: '2026-01-01T01:00:00Z' })
    expect(write({ start: at, end: at + 3_600_000 })).toBe(expected)
    expect(write({ start: new Date(at), end: new Date(at + 3_600_000) })).toBe(expected)
    expect(write({ startTimeIso: '2026-01-01T00:00:00Z', endTimeIso: '2026-01-01T01:00:00Z' })).toBe(expected)
    expect(write({ start: at, startTimeIso: '2025-01-01T00:00:00Z', end: at + 3_600_000 })).toBe(expected)
    expect(write({ start: at + 5, end: at + 6 })).toContain("time >= '2026-01-01T00:00:00.005Z'")
    const nrql = { start: '2026-01-01T00:00:00', end: '2026-01-01T02:00:00+0100', extendedScopeParams: { _scope_key: 'k' }, scope: 's' }
    expect(expandQuery('newrelic', { select: 'x' }, nrql)).toContain('SINCE 1767225600 UNTIL 1767229200')
    expect(() => write({ start: 'yesterday', end: at })).toThrow('The start time of the scope is the text "yesterday", not ISO 8601')
    expect(() => write({ start: at, end: Number.NaN })).toThrow('The end time of the scope is the number NaN')
  })

  it('takes a step in digits', () => {
    const series = (step: number | string) => expandQuery('newrelic', { select: 'x' }, { ...scope, step })
    expect(series('60')).toBe(series(60))
    expect(() => series('1m')).toThrow('scope.step is the text "1m"; write a number of seconds')
  })

  it.each([{ scopeName: 's1' }, { controlScope: 's1' }, { experimentScope: 's1' }])('says of %j what it has instead', (other) => {
    const [name] = Object.keys(other)
    const template = { customInlineTemplate: `PromQL:${v('scope')}` }
    expect(() => expandQuery('prometheus', template, { ...other, location: 'l' } as CanaryScope)).toThrow(
      `the variable scope, which is not defined; there is only location. The scope object has ${name}, location.`,
    )
    expect(() => expandQuery('prometheus', template, other as CanaryScope)).toThrow(`there are none. The scope object has only ${name}.`)
    expect(() => expandQuery('datadog', { metricName: 'm' }, other as CanaryScope)).toThrow(
      `The scope has no name; write its field scope, such as the server group to compare. The scope object has only ${name}.`,
    )
  })

  it.each([
    [{ metricName: 'm' }, null, 'The argument scope is null; write an object such as { scope: "app-v002"'],
    [{ metricName: 'm' }, undefined, 'The argument scope is missing'],
    [{ metricName: 'm' }, { scope: 5 }, 'scope.scope is the number 5; write a text in quotes'],
    [{ metricName: 'm' }, { extendedScopeParams: ['a'] }, 'scope.extendedScopeParams is a list'],
    [null, {}, "The argument query is null; write an object, the metric's query"],
  ])('is named where an argument has another type: %j %j', (query, own, message) => {
    const call = () => expandQuery('datadog', query as QueryConfig, own as CanaryScope)
    expect(call).toThrow(KayentaError)
    expect(call).toThrow(message)
  })
})
