import { describe, expect, test } from 'vitest'
import { placeholdersOf } from '../../metrics/template.ts'
import { builtInNames, builtInQuery } from './builtIns.ts'
import { translateQuery } from './queries.ts'

const values = {
  name: 'checkout',
  target: 'checkout',
  service: 'checkout-web',
  ingress: '',
  route: '',
  interval: '1m',
  variables: { direction: 'inbound' },
}
const promql = (template: string) => translateQuery(template, values, 'promql')
const other = (template: string) => translateQuery(template, values, 'other')

describe('a query of Flagger', () => {
  test.each([
    [
      'the pods by a pattern of their names',
      'a{kubernetes_pod_name=~"{{ target }}-[0-9a-z]+(-[0-9a-z]+)"}',
      'a{kubernetes_pod_name=~"{{arm.pods}}"}',
    ],
    ['the workload', 'a{destination_workload="{{ target }}",x="1"}', 'a{pod=~"{{arm.pods}}",x="1"}'],
    [
      'the Service of the canary',
      'a{cluster=~"{{ namespace }}_{{ target }}-canary_[0-9]+"}',
      'a{cluster=~"{{namespace}}_{{arm.service}}_[0-9]+"}',
    ],
    ['the Service by its own name', "a{svc='{{service}}-canary'}", "a{svc='{{arm.service}}'}"],
  ])('that selects by %s selects the new version', (_, template, query) => {
    expect(promql(template)).toMatchObject({ query, selects: true })
  })

  test('says which matchers it rewrote', () => {
    expect(promql('a{app=~"{{ target }}"} / b{app=~"{{ target }}"}')).toMatchObject({
      rewritten: ['app=~"checkout" became pod=~"{{arm.pods}}"'],
    })
  })

  test('keeps what names the workload where it says what is not meant, or who asks', () => {
    expect(promql('a{source_workload!="{{ target }}",destination_service="{{ target }}"}')).toMatchObject({
      query: 'a{source_workload!="checkout",destination_service="checkout"}',
      selects: false,
    })
  })

  test('has its window and its variables written out', () => {
    expect(promql('a{pod=~"{{ target }}-.*",d="{{ variables.direction }}"}[{{- interval -}}] {{ name }}')).toMatchObject({
      query: 'a{pod=~"{{arm.pods}}",d="inbound"}[1m] checkout',
    })
    expect(promql('a{d="{{ index variables "direction" }}",c="{{ printf "%s-canary" service }}"}')).toMatchObject({
      query: 'a{d="inbound",c="{{arm.service}}"}',
    })
  })

  test.each([
    '{{ if eq namespace "a" }}a{{ end }}',
    '{{ variables.code }}',
    '{{ ingress }}',
    '{{ variables.toString }}',
    '{{ }}',
    '{{ printf "%d" target }}',
  ])('with %s is not translated', (template) => {
    expect(promql(template)).toMatchObject({ cannot: expect.stringContaining(template.slice(0, 8)) })
  })

  test('of the old version is not translated', () => {
    expect(promql('a{pod=~"{{ target }}-primary-.*"}')).toMatchObject({ cannot: expect.stringContaining('-primary') })
  })

  test('in another language names the workload, and tells the versions apart by Service only', () => {
    expect(other('sum:a{workload:{{ target }},service:{{ service }}}')).toMatchObject({
      query: 'sum:a{workload:checkout,service:checkout-web}',
      selects: false,
    })
    expect(other("metric.service == '{{ service }}-canary'")).toMatchObject({ query: "metric.service == '{{arm.service}}'", selects: true })
  })
})

describe('a built-in metric', () => {
  test.each(['istio', 'linkerd', 'contour', 'traefik', 'gatewayapi', 'kubernetes'])('of %s selects the new version', (provider) => {
    for (const metric of builtInNames) {
      const query = builtInQuery(metric, provider, '1m') ?? ''
      expect(placeholdersOf(query)).toContain('namespace')
      expect(query).toMatch(/\{\{arm\.(pods|service)\}\}/)
    }
  })

  test('gives percent and milliseconds', () => {
    expect(builtInQuery('request-success-rate', 'linkerd', '30s')).toMatchInlineSnapshot(
      `"100 * sum(rate(response_total{direction="inbound",namespace="{{namespace}}",pod=~"{{arm.pods}}",classification!="failure"}[30s])) / sum(rate(response_total{direction="inbound",namespace="{{namespace}}",pod=~"{{arm.pods}}"}[30s]))"`,
    )
    expect(builtInQuery('request-duration', 'gatewayapi', '1m')).toMatchInlineSnapshot(
      `"1000 * histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{kubernetes_namespace="{{namespace}}",kubernetes_pod_name=~"{{arm.pods}}"}[1m])))"`,
    )
  })

  test('has no query where Serin has no router', () => {
    for (const provider of ['nginx', 'appmesh', 'constructor', '']) expect(builtInQuery('request-duration', provider, '1m')).toBeUndefined()
  })
})
