-- Health of a serin.dev/MetricSource or ClusterMetricSource in Argo CD.
local status = obj.status
-- No run has needed it yet.
if status == nil or status.state == nil then
  return { status = 'Healthy', message = 'nobody has asked it yet' }
end
local words = { Unused = 'Healthy', Ready = 'Healthy', Failing = 'Progressing', Down = 'Degraded' }
return { status = words[status.state] or 'Unknown', message = status.message }
