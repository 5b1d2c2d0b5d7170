/** Words of the sources of measurements. */
export const sources = {
  title: 'Sources',
  lead: 'Where measurements come from, and how the controller last found them.',
  caption: 'Sources of measurements',
  columns: {
    name: 'Source',
    scope: 'Where',
    health: 'Health',
    because: 'What it says, and what it means',
    since: 'Since',
    last: 'Last answer',
  },
  scope: { Cluster: 'whole cluster' },
  health: { Up: 'answers', Down: 'down', Unknown: 'not asked yet' },
  effects: {
    Down: 'Releases with its metrics stay at their weight until it answers again: they neither pass nor fail. After the deadline: as onInconclusive says.',
    Unknown: 'No analysis has asked it so far. The first one that does will tell.',
  },
  banner: (down: number) => `${down} ${down === 1 ? 'source does' : 'sources do'} not answer`,
  bannerText: 'Releases with metrics of it stay at their weight until it answers again. None is rolled back because of this.',
  filter: 'Filter sources',
  show: 'Show sources that are',
  all: 'all',
  counted: (shown: number, all: number) => `${shown} of ${all}`,
  noMatch: (all: number) => `0 of ${all} sources match`,
  clear: 'Clear the filter',
  empty: 'No source to show',
  emptyText:
    'There is none, or you may not list them. Metrics are asked from a MetricSource. A source named default is used by all metrics that name none.',
  emptyCommand: `kubectl apply -f - <<'EOF'
apiVersion: serin.dev/v1alpha1
kind: ClusterMetricSource
metadata:
  name: default
spec:
  prometheus:
    url: http://prometheus.monitoring:9090
EOF`,
  never: 'never',
  unknownSince: 'unknown',
} as const
