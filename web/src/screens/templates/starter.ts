/** What a new template begins with: errors and latency of a service that counts its requests by pod. */
export const starter = `apiVersion: serin.dev/v1alpha1
kind: AnalysisTemplate
metadata:
  name: http
  namespace: default
spec:
  interval: 30s # at least the time between two scrapes
  metrics:
    - name: errors
      ratio:
        bad: http_requests_total{namespace="{{namespace}}",pod=~"{{arm.pods}}",code=~"5.."}
        total: http_requests_total{namespace="{{namespace}}",pod=~"{{arm.pods}}"}
    - name: latency
      histogram:
        query: http_request_duration_seconds_bucket{namespace="{{namespace}}",pod=~"{{arm.pods}}"}
`
