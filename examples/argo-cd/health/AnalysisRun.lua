-- Health of a serin.dev/AnalysisRun in Argo CD.
local status = obj.status
if status == nil or status.phase == nil then
  return { status = 'Progressing', message = 'Serin has not begun to measure yet' }
end

local words = {
  Pending = 'Progressing',
  Running = 'Progressing',
  Pass = 'Healthy',
  Stopped = 'Healthy',
  -- No answer within its deadline: what follows, spec.analysis.onInconclusive of the Rollout says; by default a person decides.
  Inconclusive = 'Suspended',
  Fail = 'Degraded',
  Error = 'Degraded',
}
return { status = words[status.phase] or 'Unknown', message = status.message }
